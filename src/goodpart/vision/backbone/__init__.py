"""Frozen pretrained networks whose intermediate features the detectors learn from.

    efficientnet-lite0   the default; its weights come with Goodpart
    resnet50             once a person has added it; see `goodpart.vision.backbone.adding`
    onnx:FILE            a person's own network; see `goodpart.vision.backbone.onnx_file`

`load_backbone` finds the weights on this machine, never on a network; what is missing is a `BackboneError` that names
the command which gets it.
"""

import hashlib
from pathlib import Path

from goodpart.vision.backbone.adding import SOURCES, backbones_folder, load_added
from goodpart.vision.backbone.backbone import Backbone
from goodpart.vision.backbone.efficientnet import TAP_CHANNELS, add_lite0
from goodpart.vision.backbone.onnx_file import load_onnx_file
from goodpart.vision.backbone.weights import lite0_weights_path, read_state
from goodpart.vision.errors import BackboneError

__all__ = ["DEFAULT_BACKBONE", "ONNX_PREFIX", "Backbone", "load_backbone"]

DEFAULT_BACKBONE = "efficientnet-lite0"
ONNX_PREFIX = "onnx:"


def load_backbone(backbone_id: str = DEFAULT_BACKBONE, folder: Path | None = None) -> Backbone:
    """Load the weights of a backbone on this machine; added ones lie in ``folder``. Raises `BackboneError`."""
    if backbone_id == DEFAULT_BACKBONE:
        return _load_lite0()
    if backbone_id in SOURCES:
        return load_added(SOURCES[backbone_id], folder or backbones_folder())
    if backbone_id.startswith(ONNX_PREFIX):
        file = Path(backbone_id.removeprefix(ONNX_PREFIX))
        if not file.name:
            raise BackboneError(f"The backbone {backbone_id!r} names no file.", "Name an ONNX file after onnx:.")
        return load_onnx_file(file)
    known = ", ".join((DEFAULT_BACKBONE, *SOURCES))
    raise BackboneError(
        f"There is no backbone named {backbone_id!r}.", f"Use one of: {known}, or onnx:FILE for a file of your own."
    )


def _load_lite0() -> Backbone:
    path = lite0_weights_path()
    weights = read_state(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Backbone(
        DEFAULT_BACKBONE,
        digest,
        dict(TAP_CHANNELS),
        lambda graph, taps: add_lite0(graph, weights, taps),
    )
