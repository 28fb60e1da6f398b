"""What firms said on each theme, sentence by sentence: what a measure of tone is made from."""
