"""What the line does when: pure functions of its seed and the running number of the part.

Because nothing here depends on the time of day, a line that was stopped and started again goes on with the plan that
it had.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np


class MachineState(IntEnum):
    """The states of the machine, numbered as the PLC shows them."""

    UNKNOWN = 0
    RUNNING = 1
    BLOCKED = 2
    STARVED = 3
    FAULT = 4
    PLANNED_STOP = 5


CHANGEOVER = "changeover"
HELD = "held"
NO_PARTS = "no_parts"

# Reason codes of the unplanned stops, and how often each comes up among them.
_STOPS: Mapping[tuple[MachineState, str], float] = {
    (MachineState.FAULT, "feeder_jam"): 0.30,
    (MachineState.BLOCKED, "outfeed_full"): 0.25,
    (MachineState.STARVED, "infeed_empty"): 0.25,
    (MachineState.FAULT, "gripper_fault"): 0.12,
    (MachineState.PLANNED_STOP, "operator_check"): 0.08,
}
_SETTLING_PARTS = 15  # a line that has just been set up does not stop at once


@dataclass(frozen=True)
class Stop:
    state: MachineState
    reason: str
    duration_s: float


@dataclass(frozen=True)
class Schedule:
    """The plan of a line. ``part_numbers`` take turns, ``changeover_every`` parts each (0: no changeover)."""

    seed: int
    cycle_s: float
    part_numbers: tuple[str, ...]
    changeover_every: int = 120
    jitter: float = 0.04
    mean_run_s: float = 120.0
    stop_s: tuple[float, float] = (5.0, 15.0)
    changeover_s: tuple[float, float] = (3.0, 4.0)

    def __post_init__(self) -> None:
        if self.cycle_s <= 0 or not self.part_numbers or not 0 <= self.jitter < 1:
            raise ValueError("a schedule needs a cycle above 0, a part number, and a jitter below 1")

    def part_number_after(self, part_number: str, made: int) -> str:
        """The part number to make next, after ``made`` parts of ``part_number`` in a row."""
        if part_number not in self.part_numbers:
            return self.part_numbers[0]
        if not self.changeover_every or made < self.changeover_every:
            return part_number
        return self.part_numbers[(self.part_numbers.index(part_number) + 1) % len(self.part_numbers)]

    def gap_s(self, sequence: int) -> float:
        """The time between the arrivals of part ``sequence`` and the next one, in seconds."""
        return self.cycle_s * (1 + self.jitter * float(self._random(sequence, 1).uniform(-1, 1)))

    def changeover_before(self, sequence: int) -> Stop:
        """How long setting up takes if part ``sequence`` is of another part number than the one before."""
        duration_s = float(self._random(sequence, 7).uniform(*self.changeover_s))
        return Stop(MachineState.PLANNED_STOP, CHANGEOVER, duration_s)

    def stop_before(self, sequence: int) -> Stop | None:
        """The stop, if any, that the machine makes before part ``sequence`` arrives."""
        random = self._random(sequence, 2)
        if sequence <= _SETTLING_PARTS or random.random() >= self.cycle_s / self.mean_run_s:
            return None
        state, reason = list(_STOPS)[int(random.choice(len(_STOPS), p=list(_STOPS.values())))]
        return Stop(state, reason, float(random.uniform(*self.stop_s)))

    def _random(self, sequence: int, stream: int) -> np.random.Generator:
        return np.random.default_rng((self.seed, stream, sequence))
