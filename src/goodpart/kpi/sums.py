"""What is counted about a station over some time: integers that add up, whatever was split or merged on the way.

Figures whose names start with ``busy_`` hold what happened in planned busy time; OEE is made of these alone. The others
hold everything, so that parts made in a break or after the shift stay visible, and so does time in ``observe``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Parts are those inspected in mode ``production``; verdicts are those after review; times are milliseconds."""

    produced: int = 0
    good: int = 0
    bad: int = 0
    unsure: int = 0
    no_read: int = 0
    rejected: int = 0
    """Parts that the station told the line to eject, whatever their verdict after review."""

    running_ms: int = 0
    blocked_ms: int = 0
    starved_ms: int = 0
    fault_ms: int = 0
    planned_stop_ms: int = 0
    unknown_ms: int = 0

    planned_down_ms: int = 0
    """Breaks of the calendar, and planned stops of the machine during a shift."""
    busy_ms: int = 0
    """ISO 22400-2 planned busy time (PBT): time in a shift without ``planned_down_ms``, and without time in which the
    station was in another mode than ``production``."""
    busy_running_ms: int = 0
    """Actual production time (APT), as measured: ``running`` within planned busy time."""
    busy_unknown_ms: int = 0
    """Planned busy time in which nobody knows what the machine did. In PBT, never in APT."""
    busy_produced: int = 0
    """Produced quantity (PQ)."""
    busy_good: int = 0
    """Good quantity (GQ)."""
    busy_ideal_ms: int = 0
    """PRI × PQ summed over part numbers: what the parts would have taken at their ideal cycle times."""
    busy_unrated: int = 0
    """Parts of ``busy_produced`` whose part number has no ideal cycle time: without it there is no effectiveness."""

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(**{name: getattr(self, name) + getattr(other, name) for name in SUM_NAMES})

    @property
    def length_ms(self) -> int:
        """The time that was looked at: every moment is in exactly one state."""
        return (
            self.running_ms + self.blocked_ms + self.starved_ms + self.fault_ms + self.planned_stop_ms + self.unknown_ms
        )


SUM_NAMES = tuple(field.name for field in fields(Sums))
RATED = ("busy_ideal_ms", "busy_unrated")
"""What depends on ideal cycle times besides what happened."""
COUNTED = tuple(name for name in SUM_NAMES if name not in RATED)
"""What happened alone: all that is worth storing."""

_numbers = attrgetter(*SUM_NAMES)


def total(sums: Iterable[Sums]) -> Sums:
    """All of them added; of none, all zeros."""
    columns = zip(*map(_numbers, sums), strict=True)
    return Sums(**{name: sum(column) for name, column in zip(SUM_NAMES, columns, strict=False)})
