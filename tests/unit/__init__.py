"""One folder for each room of the two packages."""
