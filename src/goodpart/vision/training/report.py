"""What a training says of its result: for the report page, the package and the API. All of it is JSON."""

import msgspec

from goodpart.vision.detector.combination import Combination
from goodpart.vision.package.manifest import LARGEST_MM_PER_PIXEL
from goodpart.vision.preprocessing import Preprocessing
from goodpart.vision.threshold import Proof
from goodpart.vision.verdict import Thresholds
from goodpart.vision.view import View


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What may be asked of a training; every default is what the measurements speak for."""

    name: str = ""
    """What the model is for; shown to people."""
    backbone: str = "efficientnet-lite0"
    side: int = 256
    """Pictures get the area of a square of this side, a multiple of 32."""
    bank_size: int = 1000
    """Patches in the memory bank; latency grows with it."""
    folds: int = 3
    """Of frames in tiles; other parts are each left out alone."""
    synthetic_defects: int = 100
    selection_images: int = 240
    """At most so many good images are scored as if not learned; all others are learned from in a stream."""
    golden_images: int = 6
    view: View = View()
    """Regions, tiles and alignment: what of a frame is looked at, and how."""
    mm_per_pixel: float | None = None
    """How many millimetres of the part one pixel of a frame shows; without it areas are in pixels only."""

    def __post_init__(self) -> None:
        if self.side % 32 or not 64 <= self.side <= 1024:
            raise ValueError("the side is a multiple of 32 from 64 to 1024")
        if not 16 <= self.bank_size <= 20_000:
            raise ValueError("the bank holds 16 to 20000 patches")
        if self.mm_per_pixel is not None and not 0 < self.mm_per_pixel < LARGEST_MM_PER_PIXEL:
            raise ValueError(f"a pixel shows more than 0 and less than {LARGEST_MM_PER_PIXEL:.0f} mm")
        if self.folds < 2 or self.synthetic_defects < 10 or self.selection_images < 10 or self.golden_images < 1:
            raise ValueError("training needs 2 folds, 10 synthetic defects, 10 selection images, a golden image")


class ScoredImage(msgspec.Struct, frozen=True, kw_only=True):
    """A training image and its score by a model that has not seen it."""

    name: str
    label: str
    score: float
    part: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One detector that was considered, with what it was judged by."""

    fit: str
    weight: float
    pooling: str
    auroc: float


class TypeConfusion(msgspec.Struct, frozen=True, kw_only=True):
    """How the labelled images of one type were judged by models that had not seen them: type → images."""

    type: str
    judged: dict[str, int]


class LabelsReport(msgspec.Struct, frozen=True, kw_only=True):
    """What labelled defects gave. Every figure is cross-validated; those that do not exist are None.

    ``score_used`` and ``map_used`` say whether the package scores and marks with them; ``why`` says it to people.
    """

    types: tuple[str, ...]
    n_labelled: int
    n_masks: int
    score_used: bool
    auroc_without: float
    auroc_with: float
    map_used: bool
    pixel_auroc_without: float | None
    pixel_auroc_with: float | None
    type_accuracy: float | None
    confusion: tuple[TypeConfusion, ...]
    why: str


class TrainingReport(msgspec.Struct, frozen=True, kw_only=True):
    """``n_good`` and ``n_bad`` count different images that were learned from, ``n_*_parts`` the parts that they show.

    ``selection_auroc`` ranks cross-fitted good images against ``selected_on`` (synthetic or labelled defects): it
    chose the detector, and is no promise.
    """

    package_id: str
    n_good: int
    n_bad: int
    thresholds: Thresholds
    scores: tuple[ScoredImage, ...]
    selection_auroc: float
    selected_on: str
    candidates: tuple[Candidate, ...]
    detector: Combination
    preprocessing: Preprocessing
    backbone: str
    bank_size: int
    precision: str
    why: str
    proof: Proof
    warnings: tuple[str, ...]
    duration_s: float
    seed: int
    labels: LabelsReport | None = None
    n_good_parts: int
    n_bad_parts: int
