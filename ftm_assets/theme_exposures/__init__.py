"""How much of each call is about each theme: the panel that a researcher joins to returns."""
