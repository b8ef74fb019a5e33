"""How well heat maps mark what people marked: pixel AUROC and AUPRO.

AUPRO after Bergmann et al., "The MVTec Anomaly Detection Dataset" (IJCV 2021), section 5.2: the overlap averaged over
connected regions, integrated over false-positive rates up to 0.3 and divided by 0.3.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

LARGEST_FALSE_POSITIVE_RATE = 0.3
_BINS = 1 << 16
_LEVELS = 400


def pixel_auroc(maps: Sequence[NDArray[np.float32]], masks: Sequence[NDArray[np.bool_]]) -> float:
    """AUROC over all pixels, from a histogram of 65,536 bins (exact to about 1e-5); NaN without both kinds."""
    if not maps:
        return float("nan")
    low, high = min(float(one.min()) for one in maps), max(float(one.max()) for one in maps)
    width = max(high - low, 1e-12) / _BINS
    marked, clear = np.zeros(_BINS), np.zeros(_BINS)
    for one, mask in zip(maps, masks, strict=True):
        bins = np.minimum(((one - low) / width).astype(np.int64), _BINS - 1)
        marked += np.bincount(bins[mask], minlength=_BINS)
        clear += np.bincount(bins[~mask], minlength=_BINS)
    if not marked.sum() or not clear.sum():
        return float("nan")
    below = np.cumsum(clear) - clear
    return float((marked * (below + clear / 2)).sum() / (marked.sum() * clear.sum()))


def aupro(maps: Sequence[NDArray[np.float32]], masks: Sequence[NDArray[np.bool_]]) -> float:
    """Area under the per-region overlap up to a false-positive rate of 0.3, 0 to 1; NaN without a region."""
    clear = [one[~mask] for one, mask in zip(maps, masks, strict=True)]
    if not clear:
        return float("nan")
    normal = np.sort(np.concatenate(clear))
    rates = np.linspace(0, LARGEST_FALSE_POSITIVE_RATE, _LEVELS)
    at = np.clip(np.ceil((1 - rates) * normal.size).astype(np.int64) - 1, 0, normal.size - 1)
    levels = normal[at]
    overlaps = []
    for one, mask in zip(maps, masks, strict=True):
        if not mask.any():
            continue
        count, regions = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        for region in range(1, count):
            inside = np.sort(one[regions == region])
            overlaps.append(1 - np.searchsorted(inside, levels, "right") / inside.size)
    if not overlaps:
        return float("nan")
    mean = np.mean(overlaps, axis=0)
    return float(np.trapezoid(mean, rates) / LARGEST_FALSE_POSITIVE_RATE)
