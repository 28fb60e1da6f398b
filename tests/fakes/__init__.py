"""What stands in for the outside world, with tests of its own. The benchmarks use it too."""
