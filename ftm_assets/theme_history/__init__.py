"""Themes followed over quarters: the asset ``theme_history``."""
