"""The pair of thresholds that costs least, from what an escape, a false reject and a look by a person cost.

The rates behind the sum come from smoothed scores of known parts; what the pair would cost on parts it was not chosen
on is estimated by cross-validation, with an interval from exact bounds on its rates. The pair in use stays unless it is
shown to be dearer: part by part, by more than chance would give. The command line, the API and the page use this same
function. Not imported where parts are inspected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from goodpart.vision.threshold import interval
from goodpart.vision.verdict import Thresholds

LEAST_PARTS = 10
"""So many good and so many bad parts at least: fewer say nothing about a cost."""
MOST_COST = 1e12
PER = 1000
_GRID = 300
_FOLDS = 5
_RESAMPLES = 200
_LEAST_WIDTH = 0.01
_BEYOND_CHANCE = 1.96
"""Standard errors that a saving is to exceed: the bounds of a 95 % interval of a normal distribution."""


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """In one currency, whichever: a bad part passed, a good part rejected, a part that a person looks at.

    ``defect_share`` is the share of bad parts in production, which a set of known parts does not tell.
    """

    escape: float
    overkill: float
    unsure: float
    defect_share: float = 0.01

    def __post_init__(self) -> None:
        if not (np.isfinite([self.escape, self.overkill, self.unsure]).all() and 0 < self.defect_share < 1):
            raise ValueError("costs are finite numbers, the share of defects lies between 0 and 1")
        if min(self.escape, self.overkill, self.unsure) < 0:
            raise ValueError("a cost is not below zero")
        if max(self.escape, self.overkill, self.unsure) > MOST_COST:
            raise ValueError(f"a cost is {MOST_COST:.0e} at most: what matters is how costs compare")


class CostSuggestion(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest pair, or with ``keeps_present`` the pair in use: costs are for a thousand parts.

    ``expected`` is cross-validated, of a pair in use counted; ``low`` and ``high`` are the same sum at the ends of each
    rate's 95 % interval, so they promise no more than the sample supports. ``present`` is what the thresholds in use
    cost on the same parts. The ranges hold 95 % of the cheapest pairs of resampled parts.
    """

    thresholds: Thresholds
    costs: Costs
    expected: float
    low: float
    high: float
    present: float
    good_below_range: tuple[float, float]
    bad_above_range: tuple[float, float]
    n_good: int
    n_bad: int
    statements: tuple[str, ...]
    keeps_present: bool = False


def suggest_by_cost(
    good_scores: Sequence[float], bad_scores: Sequence[float], costs: Costs, present: Thresholds, *, seed: int = 0
) -> CostSuggestion:
    """The cheapest pair where the present one is shown to be dearer, else the present one. The same for a seed.

    One score stands for each independent part. Raises `ValueError` for fewer than ten good or ten bad parts, or scores
    that are not finite.
    """
    good, bad = np.asarray(good_scores, np.float64), np.asarray(bad_scores, np.float64)
    if min(good.size, bad.size) < LEAST_PARTS or not (np.isfinite(good).all() and np.isfinite(bad).all()):
        raise ValueError(f"a suggestion by cost needs finite scores of {LEAST_PARTS} good and {LEAST_PARTS} bad parts")
    rng = np.random.default_rng(seed)
    chosen, by_chosen = cheapest(good, bad, costs), _cross_validated(good, bad, costs, rng)
    in_use = _Judged(_verdicts(good, present), _verdicts(bad, present))
    lower, upper = _ranges(good, bad, costs, rng)
    keeps = not _is_dearer(in_use, by_chosen, costs)
    low, expected, high = _estimate(in_use if keeps else by_chosen, costs)
    now, without = _estimate(in_use, costs)[1], _estimate(by_chosen, costs)[1]
    prices = (
        f"With {costs.escape:g} for an escape, {costs.overkill:g} for a false reject, {costs.unsure:g} for a look and "
        f"{costs.defect_share * 100:g} % defects in production, "
    )
    bounds = f"({_money(low)} to {_money(high)} at 95 % confidence in each rate)"
    if keeps:
        said = (
            f"{prices}no thresholds are shown to cost less than those in use: keep good below {present.good_below:.3f} "
            f"and bad from {present.bad_above:.3f}. They cost {_money(now)} for 1,000 parts {bounds}. The cheapest for "
            f"these parts, good below {chosen.good_below:.3f} and bad from {chosen.bad_above:.3f}, would cost "
            f"{_money(without)} on parts they were not chosen on"
            f"{', which may be chance.' if without < now else '.'}"
        )
    else:
        said = (
            f"{prices}good below {chosen.good_below:.3f} and bad from {chosen.bad_above:.3f} cost least: "
            f"{_money(expected)} for 1,000 parts, judged on parts it was not chosen on {bounds}. The thresholds in use "
            f"cost {_money(now)}, more than chance explains."
        )
    varies = (
        f"Other samples of as many parts ({good.size} good, {bad.size} bad) would put the cheapest good below at "
        f"{lower[0]:.3f} to {lower[1]:.3f} and bad from at {upper[0]:.3f} to {upper[1]:.3f}."
    )
    return CostSuggestion(
        thresholds=present if keeps else chosen,
        costs=costs,
        expected=expected,
        low=low,
        high=high,
        present=now,
        good_below_range=lower,
        bad_above_range=upper,
        n_good=good.size,
        n_bad=bad.size,
        statements=(said, varies),
        keeps_present=keeps,
    )


def cheapest(good: NDArray[np.float64], bad: NDArray[np.float64], costs: Costs) -> Thresholds:
    """The pair with the least expected cost on the smoothed scores.

    The cost falls into a part that only ``good_below`` decides and one that only ``bad_above`` does, so for each
    ``bad_above`` the best ``good_below`` up to it is a running minimum.
    """
    grid = _grid(good, bad)
    return _least(grid, _kernel(good, grid).mean(axis=1), _kernel(bad, grid).mean(axis=1), costs)


def _least(
    grid: NDArray[np.float64], good_above: NDArray[np.float64], bad_above: NDArray[np.float64], costs: Costs
) -> Thresholds:
    """The cheapest pair on ``grid``, from the shares of parts above each of its scores."""
    share = costs.defect_share
    by_lower = share * costs.escape * (1 - bad_above) + costs.unsure * ((1 - share) * good_above + share * bad_above)
    by_upper = (1 - share) * (costs.overkill - costs.unsure) * good_above - share * costs.unsure * bad_above
    best_lower = np.minimum.accumulate(by_lower)
    upper = int(np.argmin(by_upper + best_lower))
    lower = int(np.argmin(by_lower[: upper + 1]))
    return Thresholds(good_below=float(grid[lower]), bad_above=float(grid[upper]))


def _ranges(
    good: NDArray[np.float64], bad: NDArray[np.float64], costs: Costs, rng: np.random.Generator
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where resampled parts would put both thresholds (Efron's bootstrap, as weights on the parts)."""
    grid = _grid(good, bad)
    of_good, of_bad = _kernel(good, grid), _kernel(bad, grid)
    pairs = []
    for _ in range(_RESAMPLES):
        weights = [rng.multinomial(scores.size, np.full(scores.size, 1 / scores.size)) for scores in (good, bad)]
        pairs.append(_least(grid, of_good @ weights[0] / good.size, of_bad @ weights[1] / bad.size, costs))
    return _range([pair.good_below for pair in pairs]), _range([pair.bad_above for pair in pairs])


def cost_of(good: NDArray[np.float64], bad: NDArray[np.float64], thresholds: Thresholds, costs: Costs) -> float:
    """What the thresholds cost on these very parts, for a thousand parts of the stated mix."""
    return _estimate(_Judged(_verdicts(good, thresholds), _verdicts(bad, thresholds)), costs)[1]


@dataclass(frozen=True, eq=False)
class _Judged:
    """How each good part and each bad one is judged: 0 good, 1 unsure, 2 bad."""

    good: NDArray[np.intp]
    bad: NDArray[np.intp]


def _verdicts(scores: NDArray[np.float64], thresholds: Thresholds) -> NDArray[np.intp]:
    return np.searchsorted([thresholds.good_below, thresholds.bad_above], scores, side="right")


def _prices(costs: Costs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What each verdict costs on a good part, and what on a bad one."""
    return np.array([0, costs.unsure, costs.overkill]), np.array([costs.escape, costs.unsure, 0])


def _estimate(judged: _Judged, costs: Costs) -> tuple[float, float, float]:
    """The cost of a thousand parts at the low ends of the rates' intervals, at the rates, and at the high ends."""
    sums = [0.0, 0.0, 0.0]
    shares = (1 - costs.defect_share, costs.defect_share)
    for verdicts, prices, share in zip((judged.good, judged.bad), _prices(costs), shares, strict=True):
        for verdict, price in enumerate(prices):
            seen = int((verdicts == verdict).sum())
            low, high = interval(seen, verdicts.size)
            for at, rate in enumerate((low, seen / verdicts.size, high)):
                sums[at] += PER * share * float(price) * rate
    return sums[0], sums[1], sums[2]


def _is_dearer(in_use: _Judged, other: _Judged, costs: Costs) -> bool:
    """Whether ``in_use`` costs more than ``other`` on the same parts, by more than chance gives in paired samples."""
    of_good, of_bad = _prices(costs)
    saved_on_good = (1 - costs.defect_share) * (of_good[in_use.good] - of_good[other.good])
    saved_on_bad = costs.defect_share * (of_bad[in_use.bad] - of_bad[other.bad])
    error = np.sqrt(sum(saved.var(ddof=1) / saved.size for saved in (saved_on_good, saved_on_bad)))
    return bool(saved_on_good.mean() + saved_on_bad.mean() > _BEYOND_CHANCE * error)


def _cross_validated(
    good: NDArray[np.float64], bad: NDArray[np.float64], costs: Costs, rng: np.random.Generator
) -> _Judged:
    """How each part is judged by a pair that it had no part in choosing."""
    fold_of_good = rng.permutation(good.size) % _FOLDS
    fold_of_bad = rng.permutation(bad.size) % _FOLDS
    found = _Judged(np.zeros(good.size, np.intp), np.zeros(bad.size, np.intp))
    for fold in range(_FOLDS):
        pair = cheapest(good[fold_of_good != fold], bad[fold_of_bad != fold], costs)
        found.good[fold_of_good == fold] = _verdicts(good[fold_of_good == fold], pair)
        found.bad[fold_of_bad == fold] = _verdicts(bad[fold_of_bad == fold], pair)
    return found


def _grid(good: NDArray[np.float64], bad: NDArray[np.float64]) -> NDArray[np.float64]:
    lowest, highest = float(min(good.min(), bad.min())), float(max(good.max(), bad.max()))
    room = max(highest - lowest, 1e-9) * 0.05
    return np.linspace(lowest - room, highest + room, _GRID)


def _kernel(scores: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each part lies at or above each score, (grid, parts): a normal kernel of Silverman's width."""
    quartiles = np.quantile(scores, [0.25, 0.75])
    spread = min(float(scores.std()), float(quartiles[1] - quartiles[0]) / 1.349) or float(scores.std())
    least = _LEAST_WIDTH * max(float(np.abs(np.median(scores))), 1e-9)
    width = max(0.9 * spread * scores.size**-0.2, least)
    return np.asarray(special.ndtr((scores[None, :] - grid[:, None]) / width), np.float64)


def _range(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _money(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:,.2f}"
