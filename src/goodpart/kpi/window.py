"""A stretch of time that durations are measured in.

All KPI time is whole milliseconds: sums of integers are exact in any order, so that a figure does not depend on how
events were batched or where a window was cut. Instants are cut down to the millisecond, never rounded up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
"""Far from the end of what `datetime` holds, so that windows around a moment can still be reckoned."""
MILLISECOND = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)


def whole_ms(instant: datetime) -> datetime:
    """``instant`` in UTC without its microseconds below the millisecond. Raises `TypeError` without a time zone."""
    if instant.tzinfo is UTC and instant.microsecond % 1000 == 0:
        return instant
    return EPOCH + (instant - EPOCH) // MILLISECOND * MILLISECOND


def minute_of(instant: datetime) -> datetime:
    """The start, in UTC, of the minute that ``instant`` lies in."""
    if instant.tzinfo is UTC:
        return instant.replace(second=0, microsecond=0)
    return EPOCH + (instant - EPOCH) // MINUTE * MINUTE


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` up to but without ``end``, in UTC. Raises `ValueError` where it ends before it starts."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", whole_ms(self.start))
        object.__setattr__(self, "end", whole_ms(self.end))
        if self.end < self.start:
            raise ValueError(f"a window cannot end ({self.end}) before it starts ({self.start})")

    @property
    def length_ms(self) -> int:
        return (self.end - self.start) // MILLISECOND

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def common(self, other: "Window") -> "Window | None":
        """What lies in both, or nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Window(start, end) if start < end else None

    def minutes(self) -> Iterator["Window"]:
        """The window cut at every full minute: whole minutes, and what is left of one at either edge."""
        start = self.start
        while start < self.end:
            end = min(minute_of(start) + MINUTE, self.end)
            yield Window(start, end)
            start = end

    def whole_minutes(self) -> "Window | None":
        """The part made of whole minutes, which stored station-minutes cover; nothing where there is none."""
        start, end = minute_of(self.start + MINUTE - MILLISECOND), minute_of(self.end)
        return Window(start, end) if start < end else None

    def edges(self) -> tuple["Window", ...]:
        """What `whole_minutes` leaves out: these are measured from the events themselves."""
        whole = self.whole_minutes()
        cuts = (self,) if whole is None else (Window(self.start, whole.start), Window(whole.end, self.end))
        return tuple(cut for cut in cuts if cut.length_ms)


def whole_minute(instant: datetime) -> Window:
    """The minute that ``instant`` lies in."""
    start = minute_of(instant)
    return Window(start, start + MINUTE)
