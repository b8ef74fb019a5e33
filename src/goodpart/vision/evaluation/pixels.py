"""How well heat maps mark what people marked: pixel AUROC and AUPRO, at the same memory for any number of maps.

AUPRO after Bergmann et al., "The MVTec Anomaly Detection Dataset" (IJCV 2021), section 5.2: the overlap averaged over
connected regions, integrated over false-positive rates up to 0.3 and divided by 0.3.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

LARGEST_FALSE_POSITIVE_RATE = 0.3
_LEVELS = 400
_DROPPED_BITS = 10
_BINS = 1 << (32 - _DROPPED_BITS)


class PixelFigures:
    """Counts pixels map by map and keeps no map.

    Values are counted in bins as wide as 1/8,192 of themselves, wherever they lie: both figures are those of all
    pixels ranked one by one to about 1e-5.
    """

    def __init__(self) -> None:
        self._clear, self._marked = np.zeros(_BINS, np.int64), np.zeros(_BINS, np.int64)
        # Every region weighs the same, however large it is: its pixels share a weight of one.
        self._in_regions, self._regions = np.zeros(_BINS), 0

    def add(self, heat: NDArray[np.float32], mask: NDArray[np.bool_]) -> None:
        """Count a finite map and what a person marked in it, both (rows, columns)."""
        bins = _bins(heat)
        _count(self._clear, bins[~mask])
        if not mask.any():
            return
        _count(self._marked, bins[mask])
        found, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        sizes = np.bincount(regions.reshape(-1), minlength=found)
        _count(self._in_regions, bins[mask], 1 / sizes[regions[mask]])
        self._regions += found - 1

    def auroc(self) -> float:
        """The chance that a marked pixel is hotter than a clear one, ties counted half; NaN without both kinds."""
        marked, clear = int(self._marked.sum()), int(self._clear.sum())
        if not marked or not clear:
            return float("nan")
        below = np.cumsum(self._clear) - self._clear
        return float((self._marked * (below + self._clear / 2)).sum() / marked / clear)

    def aupro(self) -> float:
        """Area under the per-region overlap up to a false-positive rate of 0.3, 0 to 1; NaN without both kinds."""
        up_to = np.cumsum(self._clear)
        clear = int(up_to[-1])
        if not self._regions or not clear:
            return float("nan")
        rates = np.linspace(0, LARGEST_FALSE_POSITIVE_RATE, _LEVELS)
        ranks = np.clip(np.ceil((1 - rates) * clear), 1, clear)
        at = np.searchsorted(up_to, ranks)
        # The level lies within its bin as far up as its rank among the bin's clear pixels.
        passed = (ranks - (up_to[at] - self._clear[at])) / self._clear[at]
        below = np.cumsum(self._in_regions)
        overlap = 1 - (below[at] - (1 - passed) * self._in_regions[at]) / self._regions
        return float(np.trapezoid(overlap, rates) / LARGEST_FALSE_POSITIVE_RATE)


def _bins(values: NDArray[np.float32]) -> NDArray[np.intp]:
    """Bins in the order of the values: the leading bits of a float are its order, those of negative ones reversed."""
    bits = (np.ascontiguousarray(values, np.float32) + np.float32(0)).view(np.uint32)
    ordered = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
    return np.asarray(ordered >> _DROPPED_BITS, np.intp)


def _count(
    counts: NDArray[np.int64] | NDArray[np.float64], bins: NDArray[np.intp], weights: NDArray[np.float64] | None = None
) -> None:
    if bins.size:
        first = int(bins.min())
        found = np.bincount(bins - first, weights)
        counts[first : first + found.size] += found
