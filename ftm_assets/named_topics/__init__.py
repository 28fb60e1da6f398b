"""A quarter's firm topics with a name and a description."""
