"""Scoring good pictures with models that have not seen them, and choosing the combination that separates best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.bank import PREFILTER, MemoryBank, build_bank
from goodpart.vision.detector.combination import Combination, Pooling, mean_of_top, top_count
from goodpart.vision.detector.gaussian import PositionGaussian, PositionMoments
from goodpart.vision.framing import Framing
from goodpart.vision.ranking import auroc, error_of_difference
from goodpart.vision.training.extraction import Extractor, Features
from goodpart.vision.training.pictures import in_order

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEVEL_FRACTION = 0.01
SOME, MANY = 40, 100
"""From so many parts on the position Gaussian gets a quarter, and half, of the weight unless defects say otherwise."""

Maps = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class FoldModel:
    """Both detectors, fitted without one fold."""

    bank: MemoryBank
    gaussian: PositionGaussian

    def maps(self, features: Features) -> Maps:
        """The bank's map (rows, columns) and the Gaussian's (grid)."""
        return self.bank.distances(features.patches), self.gaussian.distances(features.places[None])[0]


@dataclass(frozen=True, eq=False)
class CrossFit:
    """``fold_of[i]`` is the fold that left good picture i out; ``good`` are the maps of the good pictures."""

    fold_of: NDArray[np.intp]
    models: tuple[FoldModel, ...]
    good: list[Maps]
    bank_scale: float
    gaussian_scale: float
    top: int
    framing: Framing

    def combination(self, weight: float, pooling: Pooling) -> Combination:
        """The two detectors averaged with that weight, in units of good parts."""
        return Combination(
            weight=weight,
            pooling=pooling,
            bank_scale=self.bank_scale,
            gaussian_scale=self.gaussian_scale,
            top=self.top,
        )

    def scores(self, combination: Combination, maps: Sequence[Maps]) -> list[float]:
        """The score of every picture, of the places that are looked at."""
        return [combination.score(self.framing.masked(combination.map(bank, gaussian))) for bank, gaussian in maps]


def cross_fit(
    features: Sequence[Features],
    extractor: Extractor,
    *,
    folds: int,
    bank_size: int,
    seed: int,
    framing: Framing,
    step: Callable[[int], None],
) -> CrossFit:
    """Fit without each fold in turn and map the pictures left out. Needs two pictures or more."""
    folds = min(folds, len(features))
    fold_of = np.random.default_rng([seed, 4]).permutation(len(features)) % folds
    everything = moments_of(features)
    held = [np.flatnonzero(fold_of == fold).tolist() for fold in range(folds)]

    def bank_without(fold: int) -> MemoryBank:
        rng = np.random.default_rng([seed, 5, fold])
        rest = [features[index].patches for index in np.flatnonzero(fold_of != fold).tolist()]
        return build_bank(sample_patches(rest, PREFILTER, rng), bank_size, rng)

    def gaussian_without(fold: int) -> tuple[PositionGaussian, NDArray[np.float32]]:
        left_out = np.stack([features[index].places for index in held[fold]])
        gaussian = everything.without(left_out).gaussian(extractor.grid)
        return gaussian, gaussian.distances(left_out)

    # Banks and Gaussians are fitted, and pictures mapped, one by one: a third fold would leave the second core idle.
    ways = [partial(way, fold) for fold in range(folds) for way in (bank_without, gaussian_without)]
    fitted = list(in_order(lambda way: way(), ways, extractor.workers, lambda done: step(done // 2)))
    banks = [bank for bank in fitted if isinstance(bank, MemoryBank)]
    gaussians = [found for found in fitted if isinstance(found, tuple)]
    distances = in_order(
        lambda index: banks[fold_of[index]].distances(features[index].patches),
        range(len(features)),
        extractor.workers,
        lambda _done: None,
    )
    at_places = {
        index: one
        for (_, of_fold), indices in zip(gaussians, held, strict=True)
        for index, one in zip(indices, of_fold, strict=True)
    }
    maps = [(bank, at_places[index]) for index, bank in enumerate(distances)]
    models = tuple(FoldModel(bank, gaussian) for bank, (gaussian, _) in zip(banks, gaussians, strict=True))
    top = top_count(int(np.median([framing.places(bank.shape) for bank, _ in maps])))
    levels = [(_level(bank, framing), _level(gaussian, framing)) for bank, gaussian in maps]
    # Identical places everywhere (a synthetic picture, a covered lens) would otherwise divide by zero.
    bank_scale, gaussian_scale = (max(float(level), 1e-6) for level in np.mean(levels, axis=0))
    return CrossFit(fold_of, models, maps, bank_scale, gaussian_scale, top, framing)


def _level(one: NDArray[np.float32], framing: Framing) -> float:
    """How strange a good picture is at its strangest hundredth: wide enough to compare maps of any size."""
    return mean_of_top(framing.masked(one), top_count(framing.places(one.shape), LEVEL_FRACTION))


def moments_of(features: Sequence[Features]) -> PositionMoments:
    """The sums over all pictures, a few dozen at a time."""
    moments = PositionMoments(*features[0].places.shape)
    for start in range(0, len(features), 64):
        moments.add(np.stack([one.places for one in features[start : start + 64]]))
    return moments


def choose(fit: CrossFit, bad: Sequence[Maps]) -> list[tuple[float, Combination]]:
    """Every combination with its AUROC of the good pictures against ``bad``, the chosen one first.

    Of those that are no more than one standard error of the difference below the best (Breiman et al., "Classification
    and Regression Trees", 1984, section 3.4.3) the one nearest to what the number of parts suggests is chosen, so
    that chance in a hundred defects moves nothing.
    """
    usual = usual_weight(len(fit.good))
    found = []
    for weight in sorted(WEIGHTS, key=lambda weight: abs(weight - usual)):
        for pooling in (Pooling.TOP, Pooling.MAXIMUM):
            combination = fit.combination(weight, pooling)
            pair = fit.scores(combination, fit.good), fit.scores(combination, bad)
            found.append((auroc(*pair), combination, pair))
    best, _, of_best = max(found, key=lambda one: one[0])
    chosen = next(one for one in found if one[0] >= best - error_of_difference(one[2], of_best))
    rest = sorted((one for one in found if one is not chosen), key=lambda one: -one[0])
    return [(value, combination) for value, combination, _ in (chosen, *rest)]


def usual_weight(parts: int) -> float:
    """The Gaussian's share that so many parts suggest: few show how parts look, not how each place of them varies."""
    if parts < SOME:
        return 0.0
    return 0.25 if parts < MANY else 0.5


def sample_patches(
    pictures: Sequence[NDArray[np.float32]], count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """At most ``count`` patches, as many from each picture (rows, columns, size) as its share."""
    total = sum(picture.shape[0] * picture.shape[1] for picture in pictures)
    share = min(1.0, count / total)
    kept = []
    for picture in pictures:
        flat = picture.reshape(-1, picture.shape[-1])
        wanted = max(1, round(len(flat) * share))
        kept.append(flat if wanted >= len(flat) else flat[rng.choice(len(flat), wanted, replace=False)])
    return np.concatenate(kept)
