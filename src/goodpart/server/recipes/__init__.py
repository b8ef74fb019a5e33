"""Recipes: what a station does for a part number, revision by revision, and what earns it the right to reject."""
