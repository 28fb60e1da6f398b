"""The data contract: what lies where in the store, in which columns, and when it may be read."""
