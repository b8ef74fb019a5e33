"""Machine values that a station reads, and the heartbeats both ways."""
