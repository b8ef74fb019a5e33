"""A camera that answers a GET with the picture of now: many network cameras, and the way to attach any other."""

from goodpart.gateway.cameras.http.camera import HttpCamera

__all__ = ["HttpCamera"]
