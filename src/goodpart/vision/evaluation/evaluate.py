"""A package against parts with known verdicts: every figure from raw scores, nothing clamped before ranking."""

import time
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.costs import Costs, CostSuggestion, suggest_by_cost
from goodpart.vision.errors import EvaluationError
from goodpart.vision.evaluation.folder import GOOD, KnownImage, read_mask
from goodpart.vision.evaluation.pixels import PixelFigures
from goodpart.vision.evaluation.types import TypeFigures, type_figures
from goodpart.vision.frame import read_frame
from goodpart.vision.heatmap import smooth_heat
from goodpart.vision.inspector import Inspector, Look
from goodpart.vision.masks import told_empty
from goodpart.vision.parts import one_a_part
from goodpart.vision.ranking import auroc, recall_at_overkill
from goodpart.vision.threshold import Proof, prove
from goodpart.vision.verdict import Thresholds
from goodpart.wire.verdicts import Verdict

PIXEL_SIDE = 256
"""Figures about pixels are taken at this size, whatever the size of an image."""
_WARM_UP = 3


class JudgedImage(msgspec.Struct, frozen=True, kw_only=True):
    """One test image, what it is, and what the model says. ``ms`` is decoding to verdict.

    ``part`` names the physical part where that is known. ``type`` is the type of defect it would be, were it bad; empty
    where the model knows none.

    With the verdict ``no_read`` nothing was looked at: ``cause`` and ``detail`` say why, and the score is infinite
    (null in JSON).
    """

    name: str
    label: str
    score: float
    verdict: str
    ms: float
    part: str | None = None
    type: str = ""
    cause: str = ""
    detail: str = ""

    @property
    def was_read(self) -> bool:
        """Whether the model looked at the part: what it did not look at has no score to rank."""
        return self.verdict != Verdict.NO_READ

    @property
    def is_bad(self) -> bool:
        """Whether the part is known to be defective."""
        return self.label != GOOD


class DefectFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of defect against all good parts. ``n`` counts all its images, ``no_read`` those not looked at."""

    label: str
    n: int
    image_auroc: float
    missed: int
    unsure: int
    no_read: int = 0


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Figures about pixels that do not exist are None, others NaN, which JSON gives as null.

    ``n_good`` and ``n_bad`` count images; ``proof`` and ``suggestion`` count parts, each at its worst image.
    ``no_read_good`` and ``no_read_bad`` count the parts of which no image was read: they are in no other figure.
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
    no_read_good: int = 0
    no_read_bad: int = 0

    @property
    def read(self) -> tuple[JudgedImage, ...]:
        """The images that were looked at: those with a score."""
        return tuple(one for one in self.images if one.was_read)

    @property
    def ranks(self) -> bool:
        """Whether there are scores of both good parts and defects to rank."""
        return bool(self.proof.n_good and self.proof.n_bad)

    @property
    def no_reads(self) -> tuple[JudgedImage, ...]:
        """The images that were not."""
        return tuple(one for one in self.images if not one.was_read)


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
    judged, pixels, empty = [], PixelFigures(), []
    for number, image in enumerate(images):
        started = time.perf_counter_ns()
        frame = read_frame(image.path)
        look = inspector.inspect(frame)
        judged.append(_judged(image, look, (time.perf_counter_ns() - started) / 1e6))
        mask = read_mask(image, frame, PIXEL_SIDE)
        if mask is not None and judged[-1].was_read:
            pixels.add(smooth_heat(look.heat, (PIXEL_SIDE, PIXEL_SIDE)), mask)
        elif mask is None and image.mask is not None:
            empty.append(image.name)
        step(number + 1, len(images))
    if empty:
        warn(told_empty(empty))
    found = _figures(inspector, judged, pixels)
    return found if costs is None else msgspec.structs.replace(found, suggestion=_suggestion(found, costs))


def _judged(image: KnownImage, look: Look, elapsed_ms: float) -> JudgedImage:
    return JudgedImage(
        name=image.name,
        label=image.label,
        score=look.score,
        verdict=look.verdict.value,
        ms=round(elapsed_ms, 3),
        part=image.part,
        type=look.types.likeliest[0] if look.types else "",
        cause=look.cause or "",
        detail=look.detail,
    )


def scores_by_part(images: Sequence[JudgedImage]) -> tuple[list[float], list[float]]:
    """One score for each good part and for each bad one: the worst of its images that were read."""
    good, bad = ([one for one in images if one.was_read and one.is_bad is wanted] for wanted in (False, True))
    return (
        one_a_part([one.score for one in good], [one.part for one in good], max),
        one_a_part([one.score for one in bad], [one.part for one in bad], min),
    )


def _parts_not_read(images: Sequence[JudgedImage]) -> int:
    """Of how many parts no image was read; an image of an unknown part is a part of its own."""
    seen = {one.part for one in images if one.was_read}
    unread = [one.part for one in images if not one.was_read]
    return unread.count(None) + len(set(unread) - seen - {None})


def _suggestion(found: Evaluation, costs: Costs) -> CostSuggestion:
    good, bad = scores_by_part(found.images)
    try:
        return suggest_by_cost(good, bad, costs, found.thresholds)
    except ValueError as error:
        raise EvaluationError(
            f"No thresholds can be suggested by cost: {error}, and {len(good)} good and {len(bad)} bad parts were "
            "inspected.",
            "Add more parts with known verdicts.",
        ) from error


def _figures(inspector: Inspector, judged: list[JudgedImage], pixels: PixelFigures) -> Evaluation:
    good_images, bad_images = ([one for one in judged if one.is_bad is wanted] for wanted in (False, True))
    good, bad = (np.array([one.score for one in of if one.was_read]) for of in (good_images, bad_images))
    # A part that was not found costs no look of the network: its time would flatter.
    times = [one.ms for one in judged if one.was_read] or [one.ms for one in judged]
    pixel_auroc, aupro = pixels.auroc(), pixels.aupro()
    return Evaluation(
        package_id=inspector.package.id,
        n_good=len(good_images),
        n_bad=len(bad_images),
        image_auroc=auroc(good, bad),
        pixel_auroc=None if np.isnan(pixel_auroc) else pixel_auroc,
        aupro=None if np.isnan(aupro) else aupro,
        recall_at_1pct_overkill=recall_at_overkill(good, bad, 0.01),
        infer_ms_p50=float(np.median(times)),
        infer_ms_p95=float(np.quantile(times, 0.95)),
        thresholds=inspector.thresholds,
        proof=prove(*scores_by_part(judged), inspector.thresholds),
        kinds=_kinds(good, bad_images),
        images=tuple(judged),
        types=type_figures(
            inspector.package.manifest.types, [(one.label, one.type) for one in bad_images if one.was_read]
        ),
        no_read_good=_parts_not_read(good_images),
        no_read_bad=_parts_not_read(bad_images),
    )


def _kinds(good: NDArray[np.float64], bad_images: Sequence[JudgedImage]) -> tuple[DefectFigures, ...]:
    found = []
    for label in sorted({one.label for one in bad_images}):
        of_kind = [one for one in bad_images if one.label == label]
        verdicts = [one.verdict for one in of_kind]
        found.append(
            DefectFigures(
                label=label,
                n=len(of_kind),
                image_auroc=auroc(good, [one.score for one in of_kind if one.was_read]),
                missed=verdicts.count(Verdict.GOOD),
                unsure=verdicts.count(Verdict.UNSURE),
                no_read=verdicts.count(Verdict.NO_READ),
            )
        )
    return tuple(found)
