"""Asset checks that are made alike for every asset; what one asset alone can check lies in its folder."""
