"""A clock that a test moves."""

from datetime import UTC, datetime, timedelta

from goodpart.base.clock import Clock


class SteppingClock(Clock):
    """Stands still until `advance` is called; `set_wall` makes the wall time jump as a bad battery does."""

    def __init__(self, start: datetime = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)) -> None:
        self._wall = start
        self._monotonic_ns = 1_000_000_000

    def now(self) -> datetime:
        return self._wall

    def monotonic_ns(self) -> int:
        return self._monotonic_ns

    def advance(self, seconds: float) -> None:
        self._wall += timedelta(seconds=seconds)
        self._monotonic_ns += int(seconds * 1e9)

    def set_wall(self, wall: datetime) -> None:
        self._wall = wall
