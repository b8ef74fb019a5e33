"""The p-chart: is the share of bad parts steady, or has something changed?

Limits after ISO 7870-2:2013 (Shewhart control charts, p chart with subgroups of varying size), for a subgroup of n
parts around the mean share p̄ of all subgroups:

    p̄ ± 3 √(p̄ (1 − p̄) / n), cut at 0 and 1

Two tests tell a special cause from chance. Their names are those of L. S. Nelson, "The Shewhart control chart: tests
for special causes", Journal of Quality Technology 16 (4), 1984, pages 237-239:

    rule 1   a point beyond three sigma (the first test of the Western Electric handbook, 1956, too)
    rule 2   nine points in a row on one side of the mean; Western Electric takes eight

More tests would call more often for a cause that is not there. A point exactly on the mean ends a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt

RUN = 9
_ENOUGH = 5
"""Expected bad parts in a subgroup from which on the normal limits fit a share (the usual rule of thumb)."""


class Signal(StrEnum):
    BEYOND_LIMIT = "beyond_limit"
    """Nelson's rule 1."""
    RUN_ON_ONE_SIDE = "run_on_one_side"
    """Nelson's rule 2: this point is the ninth of a run, or a later one."""


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Parts judged good or bad in one stretch of time. What was unsure or not read is judged neither way."""

    at: datetime
    judged: int
    bad: int


@dataclass(frozen=True, slots=True)
class ChartPoint:
    at: datetime
    judged: int
    bad: int
    share: float
    lower: float
    upper: float
    approximate: bool
    """Too few parts for limits that can be relied on: fewer than five bad ones are to be expected."""
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class ControlChart:
    """``mean`` is None where no part was judged. The limits are of the window itself: they tell whether it was steady
    within, not whether it was good."""

    mean: float | None
    points: tuple[ChartPoint, ...]


def p_chart(subgroups: Sequence[Subgroup]) -> ControlChart:
    """In the order of ``subgroups``, which is that of time. Those without a judged part make no point."""
    counted = [group for group in subgroups if group.judged]
    judged = sum(group.judged for group in counted)
    if not judged:
        return ControlChart(None, ())
    mean = sum(group.bad for group in counted) / judged
    points: list[ChartPoint] = []
    run, side = 0, 0
    for group in counted:
        share = group.bad / group.judged
        reach = 3 * sqrt(mean * (1 - mean) / group.judged)
        lower, upper = max(0.0, mean - reach), min(1.0, mean + reach)
        here = (share > mean) - (share < mean)
        run, side = (run + 1 if here == side else 1, here) if here else (0, 0)
        signals = []
        if not lower <= share <= upper:
            signals.append(Signal.BEYOND_LIMIT)
        if run >= RUN:
            signals.append(Signal.RUN_ON_ONE_SIDE)
        sparse = group.judged * mean < _ENOUGH
        points.append(ChartPoint(group.at, group.judged, group.bad, share, lower, upper, sparse, tuple(signals)))
    return ControlChart(mean, tuple(points))
