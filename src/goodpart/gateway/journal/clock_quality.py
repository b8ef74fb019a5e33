"""How far the wall clock of this machine can be believed."""

import ctypes
from datetime import UTC, datetime

from goodpart.wire.events import ClockQuality

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
"""No version of this software is older: a clock that says so has lost its battery."""
_TIME_ERROR = 5
_TIMEX_BYTES = 512
_libc = ctypes.CDLL(None)


def clock_quality(now: datetime, previous: datetime | None, *, synchronised: bool) -> ClockQuality:
    """``previous`` is the wall time of the journal's last event.

    It is compared with the last event, not with the latest: after a clock that ran ahead is set right, one event says
    so and the next ones are believed again.
    """
    if now < NOT_BEFORE or (previous is not None and now < previous):
        return ClockQuality.IMPLAUSIBLE
    return ClockQuality.SYNCHRONISED if synchronised else ClockQuality.UNSYNCHRONISED


def kernel_clock_synchronised() -> bool:
    """Whether a time service disciplines this machine's clock: adjtimex(2) says TIME_ERROR where none does."""
    state: int = _libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return 0 <= state < _TIME_ERROR
