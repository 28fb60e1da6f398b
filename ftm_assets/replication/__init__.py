"""The package that a journal asks for: code, pseudo data, manifests of your quarters, a README. ``ftm replicate``."""
