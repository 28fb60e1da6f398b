"""What stands in for AWS in the tests."""
