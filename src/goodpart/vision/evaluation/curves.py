"""The curves behind the figures: what every possible threshold would do. From raw scores, ties kept together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_MOST_POINTS = 240


@dataclass(frozen=True, eq=False)
class Curves:
    """What the thresholds from the highest score to the lowest do; float64 arrays of one length, rates from 0 to 1.

    A part is rejected from the threshold on. ``precision`` is the share of bad parts among the rejected ones.
    """

    thresholds: NDArray[np.float64]
    false_alarms: NDArray[np.float64]
    caught: NDArray[np.float64]
    precision: NDArray[np.float64]

    @property
    def average_precision(self) -> float:
        """The precision averaged over every further defect caught; no interpolation, which would flatter."""
        steps = np.diff(self.caught, prepend=0.0)
        return float((steps * self.precision).sum())

    def thinned(self) -> "Curves":
        """At most a few hundred points, for drawing."""
        if len(self.thresholds) <= _MOST_POINTS:
            return self
        kept = np.unique(np.linspace(0, len(self.thresholds) - 1, _MOST_POINTS).round().astype(int))
        return Curves(self.thresholds[kept], self.false_alarms[kept], self.caught[kept], self.precision[kept])


def curves(good: ArrayLike, bad: ArrayLike) -> Curves:
    """The curves of two samples of scores. Raises `ValueError` where one of them is empty."""
    low, high = np.sort(np.asarray(good, np.float64)), np.sort(np.asarray(bad, np.float64))
    if not low.size or not high.size:
        raise ValueError("curves need scores of good parts and of bad ones")
    thresholds = np.unique(np.concatenate([low, high]))[::-1]
    rejected_good = low.size - np.searchsorted(low, thresholds, "left")
    rejected_bad = high.size - np.searchsorted(high, thresholds, "left")
    return Curves(
        thresholds,
        rejected_good / low.size,
        rejected_bad / high.size,
        rejected_bad / (rejected_good + rejected_bad),
    )
