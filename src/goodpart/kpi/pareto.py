"""The vital few: causes by how often they occur, each with what it and those before it add up to.

After J. M. Juran's use of Pareto's principle (Quality Control Handbook, 1951).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Cause = TypeVar("Cause")


@dataclass(frozen=True, slots=True)
class ParetoBar(Generic[Cause]):
    cause: Cause
    count: int
    share: float
    """Of all, 1.0 being 100 %."""
    cumulative: float
    """Of this one and all before it; exactly 1.0 at the last."""


def pareto(counts: Mapping[Cause, int]) -> tuple[ParetoBar[Cause], ...]:
    """The most frequent first, equal ones in a fixed order; causes that never occurred are left out."""
    ordered = sorted(((cause, n) for cause, n in counts.items() if n > 0), key=lambda item: (-item[1], str(item[0])))
    total = sum(count for _, count in ordered)
    bars: list[ParetoBar[Cause]] = []
    reached = 0
    for cause, count in ordered:
        reached += count
        bars.append(ParetoBar(cause, count, count / total, reached / total))
    return tuple(bars)
