"""What several firms talked about in a quarter: clusters of their topics."""
