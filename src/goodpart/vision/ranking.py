"""How well scores order bad above good: areas under curves, from raw scores, ties counted half."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def auroc(good: ArrayLike, bad: ArrayLike) -> float:
    """The chance that a bad one scores higher than a good one (Mann-Whitney U / n₁n₂); NaN where a side is empty."""
    low, high = np.asarray(good, np.float64).reshape(-1), np.asarray(bad, np.float64).reshape(-1)
    if not low.size or not high.size:
        return float("nan")
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, "left").sum(dtype=np.float64)
    not_above = np.searchsorted(ordered, high, "right").sum(dtype=np.float64)
    return float((below + not_above) / 2 / (low.size * high.size))


def recall_at_overkill(good: NDArray[np.float64], bad: NDArray[np.float64], overkill: float) -> float:
    """The share of bad ones caught at the lowest threshold that rejects at most ``overkill`` of the good ones."""
    if not good.size or not bad.size:
        return float("nan")
    allowed = int(np.floor(overkill * good.size + 1e-9))
    threshold = np.sort(good)[::-1][allowed] if allowed < good.size else -np.inf
    return float((bad > threshold).mean())
