"""Is the server there? Said once when it is lost and once when it is found again, however many loops notice."""

import random
from collections.abc import Callable

import structlog

from goodpart.base.errors import GoodpartError
from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError, UnusableAnswerError

_log = structlog.get_logger("uplink")
_spread = random.SystemRandom().random
FAILURES = (ServerUnreachableError, ServerRefusedError, UnusableAnswerError)
"""What a call to the server may raise, and what trying again may mend."""


def pause_s(failures: int, *, first_s: float, longest_s: float, chance: float) -> float:
    """How long to wait after so many failures in a row (from 1): doubling up to ``longest_s``.

    ``chance``, from 0 to 1, spreads it over the upper half: a hundred gateways that lost their server together do not
    come back together.
    """
    whole = min(longest_s, first_s * 2.0 ** min(failures - 1, 32))
    return whole * (0.5 + chance / 2)


class Link:
    """What all loops of the uplink know together about the server."""

    def __init__(self, *, first_s: float, longest_s: float, chance: Callable[[], float] = _spread) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._chance = chance
        self._failing: dict[str, str] = {}
        self._failures: dict[str, int] = {}

    @property
    def is_up(self) -> bool:
        """Whether every loop's last call went through."""
        return not self._failing

    def failed(self, loop: str, error: GoodpartError) -> float:
        """A call of ``loop`` failed. Returns the seconds to wait before the next one."""
        if error.cause not in self._failing.values():
            _log.warning("server_lost", loop=loop, cause=error.cause, remedy=error.remedy, code=error.code)
        self._failing[loop] = error.cause
        self._failures[loop] = self._failures.get(loop, 0) + 1
        return pause_s(self._failures[loop], first_s=self._first_s, longest_s=self._longest_s, chance=self._chance())

    def worked(self, loop: str) -> None:
        """A call of ``loop`` went through."""
        self._failures.pop(loop, None)
        if self._failing.pop(loop, None) is not None and not self._failing:
            _log.info("server_found_again")
