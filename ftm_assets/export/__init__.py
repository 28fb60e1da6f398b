"""The panel as files for other programs: ``ftm export``."""
