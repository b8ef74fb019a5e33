"""What a station sees with."""
