"""What every backbone is, wherever its weights come from."""

from collections.abc import Callable
from dataclasses import dataclass

from goodpart.vision.graph import NetworkGraph

AddLayers = Callable[[NetworkGraph, tuple[str, ...]], dict[str, str]]
"""Writes the layers up to the deepest of the taps into a graph; returns tap → tensor name."""


@dataclass(frozen=True, eq=False)
class Backbone:
    """A backbone with its weights in memory, ready to be written into any number of networks.

    ``sha256`` names the file that the weights came from. ``channels`` are those of every tap, ``s8`` being the tap at
    1/8 of the picture.
    """

    id: str
    sha256: str
    channels: dict[str, int]
    _add: AddLayers

    def add_to(self, graph: NetworkGraph, taps: tuple[str, ...]) -> dict[str, str]:
        """Add the layers up to the deepest of ``taps`` to ``graph``; returns tap → tensor name."""
        return self._add(graph, taps)
