"""Time as a port: code that needs the time is handed a clock, so that tests can move it."""

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime


class Clock(ABC):
    """Wall time for people and documents, monotonic time for durations."""

    @abstractmethod
    def now(self) -> datetime:
        """The wall time, timezone-aware, in UTC. It may jump."""

    @abstractmethod
    def monotonic_ns(self) -> int:
        """Nanoseconds since an arbitrary start; it never goes back and never jumps while the machine runs."""


class SystemClock(Clock):
    """The clocks of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()
