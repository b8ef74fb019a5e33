"""Bringing log-odds to the units of a score, so that thresholds mean the same with labels as without.

A score of 1 is the middle of good parts that a model has not seen, and they spread as they do around it without
labels. Below the middle it falls exponentially and stays positive, above it grows linearly: engines that differ in the
last digits of a large log-odd then differ as little in the score.
"""

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

SPREAD = 0.15
"""The usual deviation of good parts' scores around 1."""
_LEAST = 1e-6


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """``unit × (1 + elu(gain × (value - centre)))``, with elu(t) = t above 0 and exp(t) - 1 below."""

    centre: float
    gain: float
    unit: float = 1.0

    def apply(self, values: ArrayLike) -> NDArray[np.float64]:
        """Scores of log-odds, any shape."""
        steps = self.gain * (np.asarray(values, np.float64) - self.centre)
        return np.asarray(self.unit * (np.exp(np.minimum(steps, 0.0)) + np.maximum(steps, 0.0)))


def scale_to(values: ArrayLike, *, unit: float = 1.0, spread: float = SPREAD) -> Scale:
    """The scale on which good parts' ``values`` have the median ``unit`` and a robust relative deviation ``spread``."""
    centre, deviation = _middle(np.asarray(values, np.float64))
    return Scale(centre=centre, gain=spread / max(deviation, _LEAST), unit=unit)


def spread_of(scores: ArrayLike) -> tuple[float, float]:
    """Median and robust relative deviation of good parts' positive ``scores``."""
    centre, deviation = _middle(np.log(np.maximum(np.asarray(scores, np.float64), _LEAST)))
    return float(np.exp(centre)), max(deviation, 0.01)


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    """Median, and how far above it the 84th of a hundred lies: one deviation of the side that thresholds cut."""
    centre, upper = np.quantile(values, (0.5, 0.84))
    return float(centre), float(upper - centre)
