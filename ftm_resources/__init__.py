"""The outside world, swappable: stores, transcript sources, launchers, models, LLM endpoints.

Nothing in here knows of an asset. What the assets share, the data contract, lives here too.
"""
