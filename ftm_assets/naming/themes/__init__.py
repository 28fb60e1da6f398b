"""How a theme is named: the evidence that is shown, the prompt, and the names."""
