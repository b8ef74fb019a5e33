"""One map and one score out of the two detectors' maps.

Each map is divided by what its detector says of good parts it has not seen, so that 1 means "as strange as the
strangest hundredth of a usual good part" for both; then they are averaged. Averaging maps beats averaging scores.
"""

from enum import StrEnum

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

TOP_FRACTION = 0.003
"""Of a map of 32×32 the three highest places: steadier than one, and not diluted where a defect is small."""


class Pooling(StrEnum):
    """How a map becomes a score."""

    MAXIMUM = "maximum"
    TOP = "top"
    """The mean of the highest few places."""


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """``weight`` is the Gaussian's share, 0 to 1; the scales are the maps' cross-fitted levels on good parts."""

    weight: float
    pooling: Pooling
    bank_scale: float
    gaussian_scale: float
    top: int
    """How many of the map's highest places that mean takes."""

    def map(self, bank: NDArray[np.float32], gaussian: NDArray[np.float32]) -> NDArray[np.float32]:
        """Both maps as one at the size of ``bank``; (rows, columns) each, any size."""
        placed = bank
        if self.weight > 0:
            placed = enlarge(gaussian, bank.shape)
        mixed = bank * ((1 - self.weight) / self.bank_scale) + placed * (self.weight / self.gaussian_scale)
        return np.asarray(mixed, np.float32)

    def score(self, combined: NDArray[np.float32]) -> float:
        """The score of a map."""
        if self.pooling is Pooling.MAXIMUM:
            return float(combined.max())
        return mean_of_top(combined, self.top)


def top_count(places: int, fraction: float = TOP_FRACTION) -> int:
    """How many of ``places`` are the highest ``fraction`` of them, one at least."""
    return max(1, round(places * fraction))


def mean_of_top(values: NDArray[np.float32], count: int) -> float:
    """The mean of the ``count`` highest values."""
    flat = values.reshape(-1)
    kept = min(count, flat.size)
    return float(np.partition(flat, flat.size - kept)[flat.size - kept :].mean())


def enlarge(small: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Bilinear, pixel centres aligned: what ONNX calls linear with half_pixel."""
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)
