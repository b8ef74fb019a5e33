"""Inspections: one look at one part at one station, as its gateway recorded it and as reviews corrected it."""
