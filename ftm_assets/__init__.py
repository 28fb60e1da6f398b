"""The asset graph: one folder per asset, in the order the data flows. ``definitions.py`` puts it together."""
