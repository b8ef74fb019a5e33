"""Conditions that a person should know of: raised once, cleared when they end."""
