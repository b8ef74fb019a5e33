"""The patch head: from masks to where a defect is and of which type, cross-validated over pictures.

Least squares per place on the share of it that a type covers. Sums over places are kept per fold, so leaving a fold out
is a subtraction, and every way of weighing defective places is tried for the price of a small system of equations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.model import PatchHead
from goodpart.vision.classifier.ridge import Linear
from goodpart.vision.engine import LoadOptions
from goodpart.vision.threads import in_order

EMPHASES = (5.0, 20.0, 80.0)
"""How many good places a wholly covered one counts for."""
REACHES = (1, 3, 5, 7)
"""Sides of the square of places that a map is averaged over; defects of a place or two need the smallest, none."""
PENALTY = 1e-3
_AS_GOOD = 0.003
_GOOD_PLACES = 256
_SAMPLED = 20_000

Map = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class PlacesFit:
    """``unseen`` are the maps (rows, columns, 1 + types) of every picture by a model fitted without it."""

    head: PatchHead
    unseen: list[NDArray[np.float32]]
    pixel_auroc: float


@dataclass(eq=False)
class _Sums:
    """Σ x xᵀ and Σ x yᵀ over places, once for all and once weighed with coverage."""

    products: NDArray[np.float64]
    targets: NDArray[np.float64]
    covered_products: NDArray[np.float64]
    covered_targets: NDArray[np.float64]

    def __sub__(self, other: "_Sums") -> "_Sums":
        return _Sums(*(mine - its for mine, its in zip(self._all(), other._all(), strict=True)))

    def __add__(self, other: "_Sums") -> "_Sums":
        return _Sums(*(mine + its for mine, its in zip(self._all(), other._all(), strict=True)))

    def _all(self) -> tuple[NDArray[np.float64], ...]:
        return self.products, self.targets, self.covered_products, self.covered_targets

    def solve(self, emphasis: float) -> NDArray[np.float64]:
        """The ridge solution (size + 1, targets); the constant, last, is free."""
        products = self.products + (emphasis - 1) * self.covered_products
        targets = self.targets + (emphasis - 1) * self.covered_targets
        ridge = np.full(len(products), PENALTY * products[-1, -1])
        ridge[-1] *= 1e-6
        return np.asarray(np.linalg.solve(products + np.diag(ridge), targets))


def fit_places(
    features: Sequence[Map],
    coverage: Sequence[NDArray[np.float32] | None],
    fold_of: NDArray[np.intp],
    rng: np.random.Generator,
) -> PlacesFit:
    """Fit on every picture whose ``coverage`` (rows, columns, types) is known; features are (rows, columns, size).

    Places whose coverage is NaN do not count.
    """
    standard, mean, scale = _standardised(features)
    rows = _rows_of(features)
    known = [index for index, one in enumerate(coverage) if one is not None]
    truth = {index: _targets(coverage[index]) for index in known}
    sums: dict[int, _Sums] = {}
    for fold in np.unique(fold_of[known]).tolist():
        parts = [_used(rows[index], truth[index], rng) for index in known if fold_of[index] == fold]
        places, weights, targets = (np.concatenate(column) for column in zip(*parts, strict=True))
        sums[fold] = _sums_of(standard[places], weights, targets)
    total = reduce(add, sums.values())

    def without(fold: int) -> dict[int, NDArray[np.float32]]:
        """The maps of the pictures in a fold."""
        rest = total - sums[fold] if fold in sums else total
        solved = np.concatenate([rest.solve(emphasis) for emphasis in EMPHASES], axis=1).astype(np.float32)
        shape = len(EMPHASES), -1
        return {
            index: (standard[rows[index]] @ solved).reshape(*features[index].shape[:2], *shape)
            for index in np.flatnonzero(fold_of == fold).tolist()
        }

    maps: dict[int, NDArray[np.float32]] = {}
    for of_fold in in_order(without, np.unique(fold_of).tolist(), LoadOptions().cores):
        maps |= of_fold
    chosen, reach, reached = _choose([maps[index] for index in known], [truth[index][:, 0] for index in known])
    solution = total.solve(EMPHASES[chosen])
    weights = solution[:-1] / scale[:, None]
    head = PatchHead(Linear(weights, solution[-1] - mean @ weights), reach)
    return PlacesFit(head, [averaged(maps[index][:, :, chosen], reach) for index in range(len(features))], reached)


def averaged(maps: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Means over ``reach`` × ``reach`` places that lie on the map; (rows, columns[, targets])."""
    if reach == 1:
        return maps
    sums = cv2.boxFilter(maps, -1, (reach, reach), normalize=False, borderType=cv2.BORDER_CONSTANT)
    ones = np.ones(maps.shape[:2], np.float32)
    counts = cv2.boxFilter(ones, -1, (reach, reach), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(sums.reshape(maps.shape) / counts.reshape(*counts.shape, *[1] * (maps.ndim - 2)), np.float32)


def _choose(maps: Sequence[NDArray[np.float32]], covered: Sequence[NDArray[np.float64]]) -> tuple[int, int, float]:
    """The emphasis's index and the reach that mark best, with their AUROC; of reaches about as good the smallest."""
    plain = [marked_auroc([one[:, :, emphasis, 0] for one in maps], covered) for emphasis in range(len(EMPHASES))]
    chosen = int(np.argmax(plain))
    of_any = [np.ascontiguousarray(one[:, :, chosen, 0]) for one in maps]
    averages = ([averaged(one, reach) for one in of_any] for reach in REACHES[1:])
    reached = [plain[chosen], *(marked_auroc(one, covered) for one in averages)]
    index = next(n for n, value in enumerate(reached) if value >= max(reached) - _AS_GOOD)
    return chosen, REACHES[index], reached[index]


def _standardised(features: Sequence[Map]) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    """All places (n, size + 1) centred, in deviations and with a constant; and what they were centred and scaled by."""
    flat = [one.reshape(-1, one.shape[-1]) for one in features]
    rows = _rows_of(features)
    count = rows[-1].stop
    every = max(1, count // _SAMPLED)
    of_pictures = [one[-at.start % every :: every] for one, at in zip(flat, rows, strict=True)]
    sample = np.concatenate(of_pictures).astype(np.float32)
    mean, scale = sample.mean(axis=0, dtype=np.float64), sample.std(axis=0, dtype=np.float64) + 1e-6
    together = np.empty((count, flat[0].shape[1] + 1), np.float32)

    def standardise(index: int) -> None:
        # Picture by picture, so that one is written, centred and scaled while it is in a core's cache.
        together[rows[index], -1] = 1.0
        some = together[rows[index], :-1]
        some[:] = flat[index]
        some -= mean.astype(np.float32)
        some /= scale.astype(np.float32)

    for _ in in_order(standardise, range(len(flat)), LoadOptions().cores):
        pass
    return together, mean, scale


def _rows_of(features: Sequence[Map]) -> list[slice]:
    """Where each picture's places lie among those of all."""
    ends = np.cumsum([one.shape[0] * one.shape[1] for one in features]).tolist()
    return [slice(start, end) for start, end in pairwise([0, *ends])]


def marked_auroc(maps: Sequence[Map], covered: Sequence[Map]) -> float:
    """The chance that a marked place scores higher than an unmarked one; a place counts by its covered share.

    Places whose share is NaN do not count.
    """
    values = np.concatenate([one.reshape(-1) for one in maps])
    share = np.concatenate([np.asarray(one, np.float64).reshape(-1) for one in covered])
    counted = ~np.isnan(share)
    values, share = values[counted], share[counted]
    order = np.argsort(values, kind="stable")
    share = share[order]
    rest = 1 - share
    if not share.sum() or not rest.sum():
        return float("nan")
    return float((share * (np.cumsum(rest) - rest / 2)).sum() / (share.sum() * rest.sum()))


def _targets(coverage: NDArray[np.float32] | None) -> NDArray[np.float64]:
    """(places, 1 + types): any defect first."""
    assert coverage is not None
    types = coverage.reshape(-1, coverage.shape[-1]).astype(np.float64)
    return np.concatenate([types.max(axis=1, keepdims=True), types], axis=1)


def _used(
    rows: slice, targets: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """Which places of a picture are learned from, with their weights and targets.

    The places of a picture without a defect resemble each other: a part of them says as much, weighed as all.
    """
    counted = np.flatnonzero(~np.isnan(targets[:, 0]))
    some, count = counted, len(counted)
    if count > _GOOD_PLACES and not targets[counted].any():
        some = np.sort(rng.choice(counted, _GOOD_PLACES, replace=False))
    weights = np.full(len(some), count / len(some), np.float32)
    return rows.start + some, weights, targets[some].astype(np.float32)


def _sums_of(standard: NDArray[np.float32], weights: NDArray[np.float32], targets: NDArray[np.float32]) -> _Sums:
    weighed = standard * weights[:, None]
    covered = targets[:, 0] > 0
    shared = standard[covered] * targets[covered, :1]
    products = (weighed.T @ standard, weighed.T @ targets, shared.T @ standard[covered], shared.T @ targets[covered])
    return _Sums(*(one.astype(np.float64) for one in products))
