"""Frozen pretrained networks whose intermediate features the detectors learn from.

`load_backbone` finds the weights on this machine, never on a network; what is missing is a `BackboneError` that names
the command which installs it.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone.efficientnet import TAP_CHANNELS, add_lite0
from goodpart.vision.backbone.weights import lite0_weights_path, read_state
from goodpart.vision.errors import BackboneError
from goodpart.vision.graph import NetworkGraph

DEFAULT_BACKBONE = "efficientnet-lite0"


@dataclass(frozen=True, eq=False)
class Backbone:
    """A backbone with its weights in memory, ready to be written into any number of networks."""

    id: str
    sha256: str
    channels: dict[str, int]
    _weights: dict[str, NDArray[np.float32]]

    def add_to(self, graph: NetworkGraph, taps: tuple[str, ...]) -> dict[str, str]:
        """Add the layers up to the deepest of ``taps`` to ``graph``; returns tap → tensor name."""
        return add_lite0(graph, self._weights, taps)


def load_backbone(backbone_id: str = DEFAULT_BACKBONE) -> Backbone:
    """Load the weights of a backbone installed on this machine. Raises `BackboneError`."""
    if backbone_id != DEFAULT_BACKBONE:
        raise BackboneError(
            f"There is no backbone named {backbone_id!r}.", f"The backbone to use is {DEFAULT_BACKBONE}."
        )
    path = lite0_weights_path()
    weights = read_state(path)
    return Backbone(backbone_id, hashlib.sha256(path.read_bytes()).hexdigest(), dict(TAP_CHANNELS), weights)
