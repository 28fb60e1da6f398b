"""What each firm talked about in a quarter: the topics of its own sentences."""
