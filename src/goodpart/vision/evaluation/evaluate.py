"""A package against parts with known verdicts: every figure from raw scores, nothing clamped before ranking."""

import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from goodpart.vision.costs import Costs, CostSuggestion, suggest_by_cost
from goodpart.vision.errors import EvaluationError
from goodpart.vision.evaluation.folder import GOOD, KnownImage, read_mask
from goodpart.vision.evaluation.pixels import aupro, pixel_auroc
from goodpart.vision.evaluation.types import TypeFigures, type_figures
from goodpart.vision.frame import read_frame
from goodpart.vision.heatmap import smooth_heat
from goodpart.vision.inspector import Inspector
from goodpart.vision.masks import told_empty
from goodpart.vision.parts import one_a_part
from goodpart.vision.ranking import auroc, recall_at_overkill
from goodpart.vision.threshold import Proof, prove
from goodpart.vision.verdict import Thresholds

PIXEL_SIDE = 256
"""Figures about pixels are taken at this size, whatever the size of an image."""
_WARM_UP = 3


class JudgedImage(msgspec.Struct, frozen=True, kw_only=True):
    """One test image, what it is, and what the model says. ``ms`` is decoding to verdict.

    ``part`` names the physical part where that is known. ``type`` is the type of defect it would be, were it bad; empty
    where the model knows none.
    """

    name: str
    label: str
    score: float
    verdict: str
    ms: float
    part: str | None = None
    type: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the part is known to be defective."""
        return self.label != GOOD


class DefectFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of defect against all good parts."""

    label: str
    n: int
    image_auroc: float
    missed: int
    unsure: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that do not exist (no mask, no defect) are None.

    ``n_good`` and ``n_bad`` count images; ``proof`` and ``suggestion`` count parts, each at its worst image.
    """

    package_id: str
    n_good: int
    n_bad: int
    image_auroc: float
    pixel_auroc: float | None
    aupro: float | None
    recall_at_1pct_overkill: float
    infer_ms_p50: float
    infer_ms_p95: float
    thresholds: Thresholds
    proof: Proof
    kinds: tuple[DefectFigures, ...]
    images: tuple[JudgedImage, ...]
    suggestion: CostSuggestion | None = None
    types: TypeFigures | None = None


def evaluate(
    inspector: Inspector,
    images: Sequence[KnownImage],
    *,
    costs: Costs | None = None,
    step: Callable[[int, int], None] = lambda _done, _total: None,
    warn: Callable[[str], None] = lambda _warning: None,
) -> Evaluation:
    """Inspect every image and compare with what is known of it; with ``costs``, suggest the cheapest thresholds.

    ``warn`` is told of masks that mark nothing: their images are left out of the figures about pixels.
    Raises `FrameError` for an image that cannot be read and `EvaluationError` for a mask that does not fit.
    """
    for image in images[:_WARM_UP]:
        inspector.inspect(read_frame(image.path))
    judged, maps, masks, empty = [], [], [], []
    for number, image in enumerate(images):
        started = time.perf_counter_ns()
        frame = read_frame(image.path)
        look = inspector.inspect(frame)
        elapsed = (time.perf_counter_ns() - started) / 1e6
        judged.append(
            JudgedImage(
                name=image.name,
                label=image.label,
                score=look.score,
                verdict=look.verdict.value,
                ms=round(elapsed, 3),
                part=image.part,
                type=look.types.likeliest[0] if look.types else "",
            )
        )
        mask = read_mask(image, frame, PIXEL_SIDE)
        if mask is not None:
            maps.append(smooth_heat(look.heat, (PIXEL_SIDE, PIXEL_SIDE)))
            masks.append(mask)
        elif image.mask is not None:
            empty.append(image.name)
        step(number + 1, len(images))
    if empty:
        warn(told_empty(empty))
    found = _figures(inspector, judged, pixel_auroc(maps, masks), aupro(maps, masks))
    return found if costs is None else msgspec.structs.replace(found, suggestion=_suggestion(found, costs))


def scores_by_part(images: Sequence[JudgedImage]) -> tuple[list[float], list[float]]:
    """One score for each good part and for each bad one: the worst of its images."""
    good, bad = ([one for one in images if one.is_bad is wanted] for wanted in (False, True))
    return (
        one_a_part([one.score for one in good], [one.part for one in good], max),
        one_a_part([one.score for one in bad], [one.part for one in bad], min),
    )


def _suggestion(found: Evaluation, costs: Costs) -> CostSuggestion:
    try:
        return suggest_by_cost(*scores_by_part(found.images), costs, found.thresholds)
    except ValueError as error:
        raise EvaluationError(
            f"No thresholds can be suggested by cost: {error}.", "Add more parts with known verdicts."
        ) from error


def _figures(inspector: Inspector, judged: list[JudgedImage], pixels: float, regions: float) -> Evaluation:
    good = np.array([one.score for one in judged if not one.is_bad])
    bad = np.array([one.score for one in judged if one.is_bad])
    kinds = []
    for label in sorted({one.label for one in judged} - {GOOD}):
        of_kind = [one for one in judged if one.label == label]
        kinds.append(
            DefectFigures(
                label=label,
                n=len(of_kind),
                image_auroc=auroc(good, [one.score for one in of_kind]),
                missed=sum(one.verdict == "good" for one in of_kind),
                unsure=sum(one.verdict == "unsure" for one in of_kind),
            )
        )
    times = [one.ms for one in judged]
    return Evaluation(
        package_id=inspector.package.id,
        n_good=good.size,
        n_bad=bad.size,
        image_auroc=auroc(good, bad),
        pixel_auroc=None if np.isnan(pixels) else pixels,
        aupro=None if np.isnan(regions) else regions,
        recall_at_1pct_overkill=recall_at_overkill(good, bad, 0.01),
        infer_ms_p50=float(np.median(times)),
        infer_ms_p95=float(np.quantile(times, 0.95)),
        thresholds=inspector.thresholds,
        proof=prove(*scores_by_part(judged), inspector.thresholds),
        kinds=tuple(kinds),
        images=tuple(judged),
        types=type_figures(
            inspector.package.manifest.types, [(one.label, one.type) for one in judged if one.label != "good"]
        ),
    )
