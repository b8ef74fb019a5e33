"""Training: a dataset becomes a candidate model in a process of its own, which holds no signing key."""
