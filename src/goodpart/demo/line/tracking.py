"""What the PLC decides about each part, and when. Time is passed in (monotonic seconds); nothing here waits.

A part is decided once: by a result that came in time, or at its deadline by the fail-safe. While the key switch is
off (``acts_on_results`` false), as on a line whose inspection is still being proven, every part passes.
"""

import heapq
import math
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np

_EJECT_S = (0.2, 0.4)  # from the decision until the sensor at the chute sees the part
_EJECT_SPACING_S = 0.02  # parts fall one after the other, in their order


class Verdict(IntEnum):
    """The verdicts as they are written to the PLC."""

    GOOD = 1
    BAD = 2
    UNSURE = 3
    NO_READ = 4


class DecidedBy(StrEnum):
    RESULT = "result"
    FAIL_SAFE = "fail_safe"
    KEY_OFF = "key_off"


@dataclass(frozen=True)
class Decided:
    """The PLC's decision on one part; ``reject`` is what its ejector then does."""

    sequence: int
    by: DecidedBy
    reject: bool


@dataclass(frozen=True)
class Ejected:
    """The sensor at the chute has seen this part."""

    sequence: int


class PartTracker:
    """The parts between camera and chute."""

    def __init__(self, deadline_s: float, *, seed: int = 0, acts_on_results: bool = False) -> None:
        self._deadline_s = deadline_s
        self._seed = seed
        self._open: dict[int, float] = {}  # sequence → deadline, in order of arrival
        self._falling: list[tuple[float, int]] = []
        self._last_fall = -math.inf
        self.acts_on_results = acts_on_results

    @property
    def next_due(self) -> float:
        """When `due` has something to say next, ``inf`` for never."""
        deadline = next(iter(self._open.values()), math.inf)
        return min(deadline, self._falling[0][0] if self._falling else math.inf)

    def arrived(self, sequence: int, now: float) -> None:
        """Part ``sequence`` is under the camera since ``now``."""
        self._open[sequence] = now + self._deadline_s

    def result(self, sequence: int, *, reject: bool, now: float) -> Decided | None:
        """Take over a result, or refuse it (`None`): too late, already decided, or of an unknown part."""
        deadline = self._open.get(sequence, -math.inf)
        if now >= deadline:
            return None
        return self._decide(sequence, DecidedBy.RESULT, reject and self.acts_on_results, now)

    def due(self, now: float) -> tuple[Decided | Ejected, ...]:
        """The deadlines that have passed and the parts that have reached the chute by ``now``."""
        late = [sequence for sequence, deadline in self._open.items() if deadline <= now]
        by = DecidedBy.FAIL_SAFE if self.acts_on_results else DecidedBy.KEY_OFF
        events: list[Decided | Ejected] = [self._decide(s, by, self.acts_on_results, now) for s in late]
        while self._falling and self._falling[0][0] <= now:
            events.append(Ejected(heapq.heappop(self._falling)[1]))
        return tuple(events)

    def falls(self, sequence: int, now: float) -> None:
        """Part ``sequence`` is on its way to the chute."""
        travel = float(np.random.default_rng((self._seed, 3, sequence)).uniform(*_EJECT_S))
        self._last_fall = max(now + travel, self._last_fall + _EJECT_SPACING_S)
        heapq.heappush(self._falling, (self._last_fall, sequence))

    def _decide(self, sequence: int, by: DecidedBy, reject: bool, now: float) -> Decided:
        del self._open[sequence]
        if reject:
            self.falls(sequence, now)
        return Decided(sequence, by, reject)
