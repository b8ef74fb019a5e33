"""Choosing how the two detectors are combined, without one test image."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.bank import PREFILTER
from goodpart.vision.detector.combination import Combination
from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.projection import Projection
from goodpart.vision.engine import Engine, Precision
from goodpart.vision.framing import Framing
from goodpart.vision.preprocessing import Fit
from goodpart.vision.training.banks import KnownBank, bank_rng, known_bank, sample_patches
from goodpart.vision.training.crossfit import CrossFit, Maps, Unseen, choose, cross_fit, moments_of
from goodpart.vision.training.extraction import Extractor, Features, fit_place_projection, grid_of, load_extractor
from goodpart.vision.training.pictures import Picture
from goodpart.vision.training.report import Candidate, TrainingSettings
from goodpart.vision.training.synthetic import DrawnDefect

ENOUGH_REAL_DEFECTS = 5
"""From so many labelled defects on they replace the synthetic ones."""


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
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    patch_projection: Projection | None,
    settings: TrainingSettings,
    framing: Framing,
    seed: int,
    step: Callable[[str, int, int], None],
) -> Fitted:
    """Extract, cross-fit and rank in one way of fitting the pictures."""
    pictures = [picture.by_fit[fit] for picture in good]
    extractor = load_extractor(backbone, engine, precision, patch_projection, grid_of(pictures))
    synthetic = [defect.by_fit[fit] for defect in drawn]
    everything = [*pictures, *synthetic, *(picture.by_fit[fit] for picture in bad)]
    raw = list(extractor.extract(everything, lambda done: step("features", done, len(everything))))
    place_projection = fit_place_projection(raw[: len(good)])
    features = [one.whitened(place_projection) for one in raw]
    of_good, rest = features[: len(good)], features[len(good) :]
    bank, gaussian = _learned(of_good, extractor, settings, seed)
    unseen = Unseen(of_good, bank, gaussian)
    cross = cross_fit(unseen, extractor.workers, framing, lambda done: step("selection", done, len(good)))
    sources = [*(defect.source for defect in drawn), *[None] * len(bad)]
    maps = unseen.maps(rest, sources, extractor.workers, lambda done: step("comparison", done, len(rest)))
    of_drawn, real = maps[: len(synthetic)], maps[len(synthetic) :]
    ranked = choose(cross, real if len(real) >= ENOUGH_REAL_DEFECTS else of_drawn)
    return Fitted(fit, extractor, place_projection, of_good, bank, gaussian, cross, real, synthetic, ranked)


def _learned(
    good: Sequence[Features], extractor: Extractor, settings: TrainingSettings, seed: int
) -> tuple[KnownBank, PositionGaussian]:
    """Both detectors, of all good pictures: the one beside the other."""
    pictures, rng = [one.patches for one in good], bank_rng(seed)
    with ThreadPoolExecutor(1) as beside:
        gaussian = beside.submit(lambda: moments_of(good).gaussian(extractor.grid))
        bank = known_bank(sample_patches(pictures, PREFILTER, rng), pictures, settings.bank_size, rng)
    return bank, gaussian.result()
