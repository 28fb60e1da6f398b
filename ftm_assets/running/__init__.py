"""What ``ftm run`` does: what is to do, the Dagster instance, the console."""
