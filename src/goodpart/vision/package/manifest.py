"""The manifest of a package. Fields are only ever added.

Schema 2 is that of labels learned in tiles: a Goodpart that knows schema 1 alone would score such frames as if nobody
had labelled anything, and refuses them instead. All other packages are of schema 1.
"""

from datetime import datetime

import msgspec

from goodpart.vision.classifier.scoring import LabelledScoring
from goodpart.vision.detector.combination import Combination
from goodpart.vision.drift import DriftReference
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
    def square(self) -> int:
        """The side of the usual picture of the network: of a tile, or of the square that frames have the area of."""
        return self.preprocessing.side if self.view.tiling is None else self.view.tiling.side


def schema_of(view: View, labels: LabelledScoring | None) -> int:
    """The oldest schema that has what such a package needs."""
    return 2 if view.tiling is not None and labels is not None else 1
