"""Goodpart: in-plant visual quality inspection, from thirty good parts to an OEE figure."""

__version__ = "0.1.0"
