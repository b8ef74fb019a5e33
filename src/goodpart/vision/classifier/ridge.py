"""Ridge regression on class targets, with every prediction as if its picture had been left out.

Least squares on 0/1 targets with an L2 penalty is linear discriminant analysis with shrinkage (Hastie, Tibshirani and
Friedman, "The Elements of Statistical Learning", sections 4.2 and 4.3.1). Its leave-one-out predictions need no second
fit (ibid., eq. 7.52 in its kernel form), so a few hundred labelled pictures are cross-validated in milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STRENGTHS = (1.0, 0.3, 0.1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4)
"""Penalties to choose from, relative to the pictures' mean squared length; the strongest first."""
_NEAR = 1.15


@dataclass(frozen=True, eq=False)
class Linear:
    """``x @ weights + bias``: weights float64 (features, targets), bias (targets,)."""

    weights: Array
    bias: Array

    def apply(self, features: NDArray[np.floating]) -> Array:
        """(n, features) → (n, targets)."""
        return np.asarray(features @ self.weights + self.bias)


@dataclass(frozen=True, eq=False)
class Ridge:
    """A fit with one penalty, and what it says of each picture (n, targets) when fitted without it."""

    strength: float
    unseen: Array
    model: Linear


def fit_ridge(
    features: NDArray[np.floating],
    targets: Array,
    weights: Array,
    strengths: Sequence[float] = STRENGTHS,
    *,
    parts: NDArray[np.intp] | None = None,
) -> list[Ridge]:
    """Fit once per strength: features (n, d), targets (n, k), weights (n,) of the pictures, all finite.

    Features are centred and divided by their deviations, which needs no label. What is said of a picture is without
    all that have its number in ``parts`` (n,); None: without itself.
    """
    count, size = features.shape
    mean = features.mean(axis=0, dtype=np.float64)
    deviation = features.std(axis=0, dtype=np.float64)
    # Channels that hardly vary would be blown up to pure noise.
    scale = (deviation + 1e-3 * max(float(deviation.mean()), 1e-12)) * np.sqrt(size)
    centred = (features - mean) / scale
    kernel = centred @ centred.T + 1.0
    share = count / weights * weights.mean()
    repeated = [] if parts is None else _repeated(parts)
    fits = []
    for strength in strengths:
        inverse = np.linalg.inv(kernel + strength * np.diag(share))
        dual = inverse @ targets
        unseen = targets - dual / np.diag(inverse)[:, None]
        for together in repeated:
            unseen[together] = targets[together] - np.linalg.solve(inverse[np.ix_(together, together)], dual[together])
        slopes = (centred.T @ dual) / scale[:, None]
        fits.append(Ridge(strength, unseen, Linear(slopes, dual.sum(axis=0) - mean @ slopes)))
    return fits


def _repeated(parts: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The indices of each number that occurs more than once."""
    return [np.flatnonzero(parts == number) for number in np.flatnonzero(np.bincount(parts) > 1)]


def least_shrunk(fits: Sequence[Ridge], targets: Array, weights: Array) -> Ridge:
    """The fit with the weakest penalty whose squared error on left-out pictures is near the least.

    Order suffers from shrinkage sooner than squared error does; where there is nothing to learn, weak penalties err by
    far, and the strongest is taken.
    """
    errors = [float((weights[:, None] * (targets - fit.unseen) ** 2).mean()) for fit in fits]
    near = [fit for fit, error in zip(fits, errors, strict=True) if error <= _NEAR * min(errors)]
    return min(near, key=lambda fit: fit.strength)


def balanced(labels: NDArray[np.integer]) -> Array:
    """Weights (n,) under which every label counts the same, one on average."""
    counts = np.bincount(labels)
    return np.asarray(len(labels) / (np.count_nonzero(counts) * counts[labels]), np.float64)
