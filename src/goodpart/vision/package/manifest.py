"""The manifest of a package. Fields are only ever added.

Schema 2 is that of labels learned in tiles: a Goodpart that knows schema 1 alone would score such frames as if nobody
had labelled anything, and refuses them instead. All other packages are of schema 1.
"""

from collections.abc import Iterator
from datetime import datetime
from math import isfinite

import msgspec

from goodpart.vision.classifier.scoring import LabelledScoring
from goodpart.vision.detector.combination import Combination
from goodpart.vision.drift import DriftReference
from goodpart.vision.engine.port import Precision
from goodpart.vision.optics import OpticsReference
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.verdict import Thresholds
from goodpart.vision.view import Reference, View

SCHEMA = 2
"""The newest that this Goodpart knows."""
KIND = "goodpart-model"
MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "signature.json"
NETWORK_FILE = "network.onnx"
REPORT_FILE = "report.json"
LARGEST_MM_PER_PIXEL = 1000.0
LARGEST_TOLERANCE = 0.1
"""Scores further from the trainer's than this share of a threshold prove nothing."""


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
    """A picture and the score that the trainer got for it, by precision.

    ``seen`` pictures are stored as the network sees them: aligned, cropped, painted and cut to a tile already.
    """

    file: str
    label: str
    scores: dict[str, float]
    seen: bool = False


class PatchAtlas(msgspec.Struct, frozen=True, kw_only=True):
    """Crops of good parts, one for each patch of the memory bank in its order, in rows of one picture.

    ``side`` is a crop's side in pixels; ``columns`` crops make a row; ``count`` is the bank's size.
    """

    file: str
    side: int
    columns: int
    count: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature covers.

    ``thresholds`` are given for each precision that the trainer could run; no other may be used. ``tolerance`` is how
    far a golden score may differ from the trainer's, as a share of ``good_below``. ``reference`` is there where
    ``view`` aligns frames. ``optics`` and ``drift`` say how the training pictures were taken and how their parts
    looked; packages of earlier versions do not know.

    ``types`` are the types of defects in the order of the network's outputs about them. ``mm_per_pixel`` is the scale
    of a frame, where it is known.
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
    view: View = View()
    reference: Reference | None = None
    optics: OpticsReference | None = None
    drift: DriftReference | None = None
    patches: PatchAtlas | None = None
    """What the bank's patches look like, for explanations only."""
    types: tuple[str, ...] = ()
    mm_per_pixel: float | None = None
    labels: LabelledScoring | None = None
    """What labels changed, where the network leaves that to what comes after it: it looks at a part of the frame."""

    @property
    def named_files(self) -> set[str]:
        """The files that this version knows the use of."""
        pictures = [golden.file for golden in self.golden]
        others = [one.file for one in (self.reference, self.patches) if one is not None]
        return {self.network.file, REPORT_FILE, *pictures, *others}

    @property
    def square(self) -> int:
        """The side of the usual picture of the network: of a tile, or of the square that frames have the area of."""
        return self.preprocessing.side if self.view.tiling is None else self.view.tiling.side


def schema_of(view: View, labels: LabelledScoring | None) -> int:
    """The oldest schema that has what such a package needs."""
    return 2 if view.tiling is not None and labels is not None else 1


def problem_of(manifest: Manifest) -> str | None:
    """What in a manifest cannot be meant, though every value is of its kind; None where all can."""
    return next((problem for problem in _problems(manifest) if problem is not None), None)


def _problems(manifest: Manifest) -> Iterator[str | None]:
    known = {precision.value for precision in Precision}
    thresholds, scale = manifest.thresholds, manifest.mm_per_pixel
    scores = [score for golden in manifest.golden for score in golden.scores.values()]
    is_close = 0 <= manifest.tolerance <= LARGEST_TOLERANCE
    if manifest.kind != KIND or manifest.schema < 1:
        yield f"it is of the kind {manifest.kind[:40]!r}, schema {manifest.schema}"
    if not thresholds or not set(thresholds) <= known:
        yield "its thresholds are for no precision that is known"
    if any(one.good_below <= 0 for one in thresholds.values()):
        yield "its thresholds are not above zero, as scores are"
    if not all(map(isfinite, scores)) or not is_close:
        yield f"its golden scores are not finite numbers with a tolerance of 0 to {LARGEST_TOLERANCE}"
    if not 32 <= manifest.preprocessing.side <= 2048 or manifest.preprocessing.side % 32:
        yield f"its picture side of {manifest.preprocessing.side} is not a multiple of 32 up to 2048"
    if (manifest.view.alignment is None) != (manifest.reference is None):
        yield "it aligns frames to no golden frame, or has one and does not align"
    if scale is not None and not 0 < scale < LARGEST_MM_PER_PIXEL:
        yield f"its scale is not above 0 and below {LARGEST_MM_PER_PIXEL:.0f} mm a pixel"
    yield _problem_of_detector(manifest.detector)
    yield None if manifest.labels is None else _problem_of_labels(manifest.labels)


def _problem_of_detector(detector: Combination) -> str | None:
    scales = (detector.bank_scale, detector.gaussian_scale)
    if 0 <= detector.weight <= 1 and all(isfinite(scale) and scale > 0 for scale in scales) and detector.top >= 1:
        return None
    return "its detectors are combined with a weight outside of 0 to 1, a scale not above zero, or of no place"


def _problem_of_labels(labels: LabelledScoring) -> str | None:
    score, scales = labels.score, [] if labels.heat_scale is None else [labels.heat_scale]
    numbers: list[float] = []
    if score is not None:
        scales.append(score.scale)
        numbers.extend(score.weights)
    numbers.extend(value for scale in scales for value in (scale.centre, scale.gain, scale.unit))
    if all(map(isfinite, numbers)) and all(scale.gain > 0 and scale.unit > 0 for scale in scales):
        return None
    return "its labels are scored with numbers that are not finite, or a scale not above zero"
