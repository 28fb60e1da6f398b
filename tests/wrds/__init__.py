"""What stands in for WRDS in the tests."""
