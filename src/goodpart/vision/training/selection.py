"""Choosing how the two detectors are combined, without one test image."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.bank import PREFILTER
from goodpart.vision.detector.combination import Combination
from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.projection import Projection
from goodpart.vision.framing import Framing
from goodpart.vision.parts import count_parts
from goodpart.vision.preprocessing import Fit
from goodpart.vision.training.banks import KnownBank, bank_rng, known_bank, sample_patches
from goodpart.vision.training.crossfit import CrossFit, Maps, Unseen, choose, cross_fit, moments_of
from goodpart.vision.training.extraction import Extractor, Features, fit_place_projection
from goodpart.vision.training.pictures import Picture, parts_of
from goodpart.vision.training.report import Candidate, TrainingSettings
from goodpart.vision.training.synthetic import DrawnDefect

ENOUGH_REAL_DEFECTS = 5
"""From so many labelled defective parts on they replace the synthetic ones."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Everything known of the good pictures in one way of fitting them, and the best combination there."""

    fit: Fit
    extractor: Extractor
    place_projection: Projection
    good: list[Features]
    bank: KnownBank
    gaussian: PositionGaussian
    cross: CrossFit
    bad: list[Maps]
    synthetic: list[NDArray[np.uint8]]
    ranked: list[tuple[float, Combination]]

    @property
    def auroc(self) -> float:
        """What the best combination was chosen by."""
        return self.ranked[0][0]

    @property
    def combination(self) -> Combination:
        """The best combination."""
        return self.ranked[0][1]

    @property
    def pictures(self) -> str:
        """How frames become pictures, for the report."""
        return f"images fitted by {self.fit}"

    def candidates(self) -> list[Candidate]:
        """All combinations, for the report."""
        return [
            Candidate(fit=self.fit, weight=c.weight, pooling=c.pooling, auroc=round(value, 4))
            for value, c in self.ranked
        ]


def fit_pictures(
    fit: Fit,
    good: Sequence[Picture],
    bad: Sequence[Picture],
    drawn: Sequence[DrawnDefect],
    *,
    extractor: Extractor,
    settings: TrainingSettings,
    framing: Framing,
    seed: int,
    step: Callable[[str, int, int], None],
) -> Fitted:
    """Extract, leave out and rank in one way of fitting the pictures.

    Drawn defects are looked at where there are too few labelled ones.
    """
    pictures = [picture.by_fit[fit] for picture in good]
    synthetic = [defect.by_fit[fit] for defect in drawn]
    known = has_enough_defects(bad)
    compared = () if known else drawn
    everything = [*pictures, *(defect.by_fit[fit] for defect in compared), *(picture.by_fit[fit] for picture in bad)]
    raw = list(extractor.extract(everything, lambda done: step("features", done, len(everything))))
    place_projection = fit_place_projection(raw[: len(good)])
    features = [one.whitened(place_projection) for one in raw]
    of_good, rest = features[: len(good)], features[len(good) :]
    bank, gaussian = _learned(of_good, extractor, settings, seed)
    parts = parts_of(good)
    unseen = Unseen(of_good, parts, bank, gaussian, len(of_good))
    cross = cross_fit(unseen, extractor.workers, framing, lambda done: step("selection", done, len(good)))
    sources = [*(defect.source for defect in compared), *learned_views(parts, bad)]
    maps = unseen.maps(rest, sources, extractor.workers, lambda done: step("comparison", done, len(rest)))
    of_drawn, real = maps[: len(compared)], maps[len(compared) :]
    ranked = choose(cross, real, parts_of(bad)) if known else choose(cross, of_drawn)
    return Fitted(fit, extractor, place_projection, of_good, bank, gaussian, cross, real, synthetic, ranked)


def has_enough_defects(bad: Sequence[Picture]) -> bool:
    """Whether labelled defects are enough to choose by, instead of drawn ones."""
    return count_parts(parts_of(bad)) >= ENOUGH_REAL_DEFECTS


def learned_views(parts: Sequence[str | None], bad: Sequence[Picture]) -> list[int | None]:
    """For each labelled defect a good picture, by its number, that shows the same part: it counts as learned then."""
    first = {part: number for number, part in reversed(list(enumerate(parts))) if part is not None}
    return [first.get(part) if part is not None else None for part in parts_of(bad)]


def _learned(
    good: Sequence[Features], extractor: Extractor, settings: TrainingSettings, seed: int
) -> tuple[KnownBank, PositionGaussian]:
    """Both detectors, of all good pictures: the one beside the other."""
    pictures, rng = [one.patches for one in good], bank_rng(seed)
    with ThreadPoolExecutor(1) as beside:
        gaussian = beside.submit(lambda: moments_of(good).gaussian(extractor.grid))
        bank = known_bank(sample_patches(pictures, PREFILTER, rng), pictures, settings.bank_size, rng)
    return bank, gaussian.result()
