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


def error_of_difference(one: tuple[ArrayLike, ArrayLike], other: tuple[ArrayLike, ArrayLike]) -> float:
    """The standard error of the difference of two AUROCs of (good, bad) scores of the same parts in the same order.

    After DeLong, DeLong and Clarke-Pearson, "Comparing the Areas under Two or More Correlated Receiver Operating
    Characteristic Curves" (Biometrics 1988). Infinite with fewer than two parts on a side: nothing is known then.
    """
    apart = [first - second for first, second in zip(_placements(*one), _placements(*other), strict=True)]
    if min(side.size for side in apart) < 2:
        return float("inf")
    return float(np.sqrt(sum(side.var(ddof=1) / side.size for side in apart)))


def _placements(good: ArrayLike, bad: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each good part the share of bad ones above it, for each bad part the share of good ones below it."""
    low, high = np.asarray(good, np.float64).reshape(-1), np.asarray(bad, np.float64).reshape(-1)
    ranked_low, ranked_high = np.sort(low), np.sort(high)
    not_above = np.searchsorted(ranked_high, low, "left") + np.searchsorted(ranked_high, low, "right")
    below = np.searchsorted(ranked_low, high, "left") + np.searchsorted(ranked_low, high, "right")
    return 1 - not_above / max(2 * high.size, 1), below / max(2 * low.size, 1)


def recall_at_overkill(good: NDArray[np.float64], bad: NDArray[np.float64], overkill: float) -> float:
    """The share of bad ones caught at the lowest threshold that rejects at most ``overkill`` of the good ones."""
    if not good.size or not bad.size:
        return float("nan")
    allowed = int(np.floor(overkill * good.size + 1e-9))
    threshold = np.sort(good)[::-1][allowed] if allowed < good.size else -np.inf
    return float((bad > threshold).mean())
