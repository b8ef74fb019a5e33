"""Stored station-minutes that have yet to follow a change of what they were made by."""
