"""How a firm's topic is named: the prompt, and the names."""
