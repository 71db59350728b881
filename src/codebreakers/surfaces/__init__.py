"""Where it is read."""
