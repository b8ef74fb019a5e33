"""A machine in memory, behind the ports that a station knows: part count, signals, output, camera."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from goodpart.gateway.cameras.port import Camera, Picture
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import CameraError, LinkDownError, OutputUncertainError
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.signals.port import MachineSignal, Signals
from goodpart.gateway.triggers.port import LinkLost, LinkOpened, PartArrived, PartUnderCamera, Trigger, TriggerEvent
from goodpart.wire.events import Action
from goodpart.wire.machine import MachineState
from goodpart.wire.verdicts import Verdict


@dataclass
class Machine:
    """Steered by the test. ``answers_writes`` False: a write takes place, but its answer is lost."""

    sequence: int = 100
    number: str = "A-100"
    serial: str = ""
    linked: bool = True
    accepts: bool = True
    answers_writes: bool = True
    accepted: int = 0
    writes: list[tuple[int, Verdict, Action]] = field(default_factory=list)
    taken_over: list[int] = field(default_factory=list)
    """Every part whose result was accepted."""
    beats: list[int] = field(default_factory=list)
    signal: MachineSignal = field(default_factory=lambda: MachineSignal(MachineState.RUNNING, "", "A-100"))
    plc_silent_s: float | None = 0.0
    events: "asyncio.Queue[TriggerEvent]" = field(default_factory=asyncio.Queue)
    signals: "asyncio.Queue[MachineSignal]" = field(default_factory=asyncio.Queue)
    ejects: "asyncio.Queue[int]" = field(default_factory=asyncio.Queue)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.events.put_nowait(LinkOpened(self.sequence))
        self.signals.put_nowait(self.signal)
        self.ejects.put_nowait(0)

    def next_part(self, *, number: str | None = None, serial: str = "", unheard: bool = False) -> int:
        """The next part comes; ``unheard``: its trigger is lost on the way."""
        self.sequence = (self.sequence + 1) % 2**32
        self.number, self.serial = number or self.number, serial
        if self.linked and not unheard:
            self.events.put_nowait(PartArrived(self.sequence, time.monotonic_ns()))
        return self.sequence

    def set_count(self, sequence: int) -> None:
        """Somebody sets the counter."""
        self.sequence = sequence
        if self.linked:
            self.events.put_nowait(PartArrived(sequence, time.monotonic_ns()))

    def lose_link(self) -> None:
        self.linked = False
        self.events.put_nowait(LinkLost("the cable was pulled"))
        self.signals.put_nowait(MachineSignal(MachineState.UNKNOWN, "", ""))
        self.moved.set()

    def find_link(self) -> None:
        self.linked = True
        self.events.put_nowait(LinkOpened(self.sequence))
        self.signals.put_nowait(self.signal)

    def change(self, signal: MachineSignal) -> None:
        self.signal = signal
        self.signals.put_nowait(signal)

    def has_result(self, sequence: int) -> bool:
        return any(written == sequence for written, _, _ in self.writes)

    def check_link(self) -> None:
        if not self.linked:
            raise LinkDownError("There is no link to the machine.", "Put the cable back.")


class MachineTrigger(Trigger):
    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        return cls(Machine())

    async def events(self) -> AsyncIterator[TriggerEvent]:
        while True:
            yield await self.machine.events.get()

    async def part(self) -> PartUnderCamera:
        self.machine.check_link()
        return PartUnderCamera(self.machine.sequence, self.machine.number, self.machine.serial)

    async def close(self) -> None:
        self.machine.linked = False


class MachineSignals(Signals):
    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        return cls(Machine())

    async def changes(self) -> AsyncIterator[MachineSignal]:
        while True:
            yield await self.machine.signals.get()

    async def beat(self, count: int) -> None:
        self.machine.check_link()
        self.machine.beats.append(count)

    def plc_silent_s(self) -> float | None:
        return self.machine.plc_silent_s if self.machine.linked else None

    async def close(self) -> None:
        self.machine.linked = False


class MachineOutput(Output):
    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        return cls(Machine())

    async def write(self, sequence: int, verdict: Verdict, action: Action) -> None:
        self.machine.check_link()
        self.machine.writes.append((sequence, verdict, action))
        if self.machine.accepts:
            self.machine.accepted = sequence
            self.machine.taken_over.append(sequence)
            self.machine.moved.set()
        if not self.machine.answers_writes:
            raise OutputUncertainError("The machine did not answer.", "Look at the network.")

    async def accepted(self, sequence: int) -> None:
        while self.machine.accepted != sequence:
            self.machine.check_link()
            self.machine.moved.clear()
            await self.machine.moved.wait()

    async def last_accepted(self) -> int:
        self.machine.check_link()
        return self.machine.accepted

    async def ejects(self) -> AsyncIterator[int]:
        while True:
            yield await self.machine.ejects.get()

    async def close(self) -> None:
        self.machine.linked = False


class HeldCamera(Camera):
    """Shows ``content``; fails while ``problem`` is set; takes ``delay_s``."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content
        self.problem = ""
        self.delay_s = 0.0
        self.closed = False
        self.on_grab: asyncio.Event = asyncio.Event()

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        return cls()

    async def grab(self) -> Picture:
        self.on_grab.set()
        await asyncio.sleep(self.delay_s)
        if self.problem:
            raise CameraError(self.problem, "Look at the camera.")
        return Picture(self.content, "image/jpeg")

    async def warm_up(self) -> None:
        if self.problem:
            raise CameraError(self.problem, "Look at the camera.")

    async def close(self) -> None:
        self.closed = True
