"""The language model: its endpoint, its settings, the cache of its answers, and what it refuses."""
