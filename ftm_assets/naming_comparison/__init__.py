"""Which way of naming themes is better: each names the same themes, and sentences nobody was shown decide."""
