"""The manifest of a package: schema 1. Fields are only ever added."""

from datetime import datetime

import msgspec

from goodpart.vision.detector.combination import Combination
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.verdict import Thresholds

SCHEMA = 1
KIND = "goodpart-model"
MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "signature.json"
NETWORK_FILE = "network.onnx"
REPORT_FILE = "report.json"


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """``sha256`` in lower-case hexadecimal, ``size`` in bytes."""

    sha256: str
    size: int


class BackboneId(msgspec.Struct, frozen=True, kw_only=True):
    """Which weights the network was built from."""

    id: str
    sha256: str


class NetworkSpec(msgspec.Struct, frozen=True, kw_only=True):
    """``taps`` are the tensors behind which everything is computed in f32."""

    file: str
    taps: tuple[str, ...]


class GoldenImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture and the score that the trainer got for it, by precision."""

    file: str
    label: str
    scores: dict[str, float]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature covers.

    ``thresholds`` are given for each precision that the trainer could run; no other may be used. ``tolerance`` is how
    far a golden score may differ from the trainer's, as a share of ``good_below``. ``types`` are the types of defects
    in the order of the network's outputs about them. ``mm_per_pixel`` is the scale of a frame, where it is known.
    """

    schema: int
    kind: str
    name: str
    created_at: datetime
    backbone: BackboneId
    detector: Combination
    preprocessing: Preprocessing
    network: NetworkSpec
    thresholds: dict[str, Thresholds]
    golden: tuple[GoldenImage, ...]
    tolerance: float
    files: dict[str, StoredFile]
    types: tuple[str, ...] = ()
    mm_per_pixel: float | None = None
