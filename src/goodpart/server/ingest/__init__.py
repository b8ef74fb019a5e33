"""Where journals arrive: stored as they are, applied once, acknowledged after the commit."""
