"""What the assets that model text share: clustering, quality figures, words and phrases."""
