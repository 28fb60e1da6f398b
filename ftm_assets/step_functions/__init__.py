"""The state machine of production, generated from the asset graph."""
