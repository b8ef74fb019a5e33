"""What a verdict drives."""
