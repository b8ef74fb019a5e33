"""The states of the machine and the arrival of parts: frozen data in, events out, time passed in.

The machine follows its schedule and its feed, and nothing else: no gateway, camera or disk can make it wait.
"""

import math
from dataclasses import dataclass, replace

from goodpart.demo.line.schedule import CHANGEOVER, HELD, NO_PARTS, MachineState, Schedule, Stop

_RESTART_SHARE = 0.3  # of a cycle, between the end of a stop and the next part


@dataclass(frozen=True)
class Feed:
    """What the line is given to do: ``parts`` more parts (`None`: without end), and whether it runs at all."""

    parts: int | None = None
    running: bool = True

    def __post_init__(self) -> None:
        if self.parts is not None and self.parts < 0:
            raise ValueError(f"a feed of {self.parts} parts cannot be")


@dataclass(frozen=True)
class StateChanged:
    state: MachineState
    reason: str


@dataclass(frozen=True)
class NumberChanged:
    part_number: str


@dataclass(frozen=True)
class PartArrived:
    sequence: int
    part_number: str


Event = StateChanged | NumberChanged | PartArrived


@dataclass(frozen=True)
class Machine:
    """A machine at rest between two events. ``due`` is the monotonic second of the next one, ``inf`` for none.

    ``made`` counts the parts of ``part_number`` since the changeover, ``asked`` is a part number that someone wants
    next, and ``cleared`` is the number of the part whose stop is already over.
    """

    schedule: Schedule
    feed: Feed
    sequence: int
    part_number: str
    state: MachineState
    reason: str
    due: float
    made: int = 0
    asked: str | None = None
    cleared: int = 0

    @classmethod
    def at_rest(cls, schedule: Schedule, sequence: int = 0, part_number: str | None = None, made: int = 0) -> "Machine":
        """A machine that was just switched on, held, with part ``sequence`` still under the camera."""
        number = part_number if part_number is not None else schedule.part_numbers[0]
        held = Feed(parts=0, running=False)
        return cls(schedule, held, sequence, number, MachineState.PLANNED_STOP, HELD, math.inf, made)

    @property
    def next_part_number(self) -> str:
        """The part number of the next part, as it stands now."""
        return self.asked or self.schedule.part_number_after(self.part_number, self.made)

    def asked_for(self, part_number: str) -> "Machine":
        """The same machine, to be set up for ``part_number`` before its next part."""
        return replace(self, asked=part_number)

    def advance(self, now: float) -> tuple["Machine", tuple[Event, ...]]:
        """Everything that is due at ``now`` (monotonic seconds), in order. At most one part arrives."""
        machine, events = self, list[Event]()
        while machine.due <= now:
            machine, more = machine._next(now)
            events.extend(more)
        return machine, tuple(events)

    def fed(self, feed: Feed, now: float) -> tuple["Machine", tuple[Event, ...]]:
        """The same machine with another feed. A hold and an empty feed act at once, also in the middle of a stop."""
        machine = replace(self, feed=feed)
        if not feed.running:
            return machine._idle(MachineState.PLANNED_STOP, HELD)
        if feed.parts == 0:
            return machine._idle(MachineState.STARVED, NO_PARTS)
        if math.isinf(machine.due):
            return machine._run(now)
        return machine, ()

    def _next(self, now: float) -> tuple["Machine", tuple[Event, ...]]:
        if self.state is not MachineState.RUNNING:
            return self._end_stop(now)
        if self.feed.parts == 0:
            return self._idle(MachineState.STARVED, NO_PARTS)
        coming = self.sequence + 1
        stop = self._stop_before(coming)
        if stop is not None:
            stopped = replace(self, state=stop.state, reason=stop.reason, due=now + stop.duration_s)
            return stopped, (StateChanged(stop.state, stop.reason),)
        gap = self.schedule.gap_s(coming)
        arrived = replace(
            self,
            sequence=coming,
            made=self.made + 1,
            asked=None,
            feed=replace(self.feed, parts=None if self.feed.parts is None else self.feed.parts - 1),
            # From the time it was due, so that the pace does not drift; but no burst after a pause.
            due=max(self.due + gap, now + gap / 2),
        )
        return arrived, (PartArrived(coming, self.part_number),)

    def _stop_before(self, coming: int) -> Stop | None:
        if self.next_part_number != self.part_number:
            return self.schedule.changeover_before(coming)
        return self.schedule.stop_before(coming) if self.cleared < coming else None

    def _end_stop(self, now: float) -> tuple["Machine", tuple[Event, ...]]:
        machine = replace(self, cleared=self.sequence + 1)
        number = self.next_part_number
        if self.reason != CHANGEOVER or number == self.part_number:
            return machine._run(now)
        machine, events = replace(machine, part_number=number, made=0, asked=None)._run(now)
        return machine, (NumberChanged(number), *events)

    def _run(self, now: float) -> tuple["Machine", tuple[Event, ...]]:
        due = now + _RESTART_SHARE * self.schedule.cycle_s
        running = replace(self, state=MachineState.RUNNING, reason="", due=due)
        return running, (StateChanged(MachineState.RUNNING, ""),)

    def _idle(self, state: MachineState, reason: str) -> tuple["Machine", tuple[Event, ...]]:
        changed = (state, reason) != (self.state, self.reason)
        idle = replace(self, state=state, reason=reason, due=math.inf)
        return idle, (StateChanged(state, reason),) if changed else ()
