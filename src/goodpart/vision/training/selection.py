"""Choosing how the two detectors are combined, without one test image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.detector.combination import Combination
from goodpart.vision.detector.projection import Projection
from goodpart.vision.engine import Engine, Precision
from goodpart.vision.framing import Framing
from goodpart.vision.preprocessing import Fit
from goodpart.vision.training.crossfit import CrossFit, Maps, choose, cross_fit
from goodpart.vision.training.extraction import Extractor, Features, fit_place_projection, grid_of, load_extractor
from goodpart.vision.training.pictures import Picture, in_order
from goodpart.vision.training.report import Candidate, TrainingSettings
from goodpart.vision.training.synthetic import DrawnDefect

ENOUGH_REAL_DEFECTS = 5
"""From so many labelled defects on they replace the synthetic ones."""
_ENOUGH_FOR_THREE_FOLDS = 60
"""From so many good parts on leaving out a third of them hardly changes what is learned."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Everything known of the good pictures in one way of fitting them, and the best combination there."""

    fit: Fit
    extractor: Extractor
    place_projection: Projection
    good: list[Features]
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
    # With few parts a third of them is missed; more folds cost little then, and their scores are nearer to the truth.
    folds = settings.folds if len(good) >= _ENOUGH_FOR_THREE_FOLDS else 2 * settings.folds
    cross = cross_fit(
        of_good,
        extractor,
        folds=folds,
        bank_size=settings.bank_size,
        seed=seed,
        framing=framing,
        step=lambda done: step("selection", done, folds),
    )
    models = [cross.models[cross.fold_of[defect.source]] for defect in drawn]
    models += [cross.models[index % len(cross.models)] for index in range(len(bad))]
    unseen = list(
        in_order(
            lambda pair: pair[0].maps(pair[1]),
            list(zip(models, rest, strict=True)),
            extractor.workers,
            lambda done: step("comparison", done, len(models)),
        )
    )
    of_drawn, real = unseen[: len(synthetic)], unseen[len(synthetic) :]
    ranked = choose(cross, real if len(real) >= ENOUGH_REAL_DEFECTS else of_drawn)
    return Fitted(fit, extractor, place_projection, of_good, cross, real, synthetic, ranked)
