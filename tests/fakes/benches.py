"""What a test of the ports needs of a machine, the same for a machine in memory and for a PLC on the network."""

from abc import ABC, abstractmethod
from typing import Self

from goodpart.base.clock import SystemClock
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.outputs.opcua import OpcUaOutput
from goodpart.gateway.outputs.port import Output
from goodpart.gateway.signals.opcua import OpcUaSignals
from goodpart.gateway.signals.port import MachineSignal, Signals
from goodpart.gateway.triggers.opcua import OpcUaTrigger
from goodpart.gateway.triggers.port import Trigger
from goodpart.wire.machine import MachineState
from tests.fakes.machine import Machine, MachineOutput, MachineSignals, MachineTrigger
from tests.fakes.plc import SteppedPlc

STATE_NUMBERS = {MachineState.RUNNING: 1, MachineState.BLOCKED: 2, MachineState.FAULT: 4, MachineState.PLANNED_STOP: 5}


class Bench(ABC):
    """A machine whose count stands at 7, running part number A-100, and the three drivers on it."""

    trigger: Trigger
    signals: Signals
    output: Output

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for driver in (self.output, self.signals, self.trigger):
            await driver.close()

    @abstractmethod
    async def next_part(self, serial: str) -> int: ...

    @abstractmethod
    async def lose(self) -> None: ...

    @abstractmethod
    async def find(self) -> None: ...

    @abstractmethod
    async def say(self, state: MachineState, reason: str) -> None: ...

    @abstractmethod
    async def eject(self, sequence: int) -> None: ...

    @abstractmethod
    def accept(self, accepts: bool) -> None: ...

    @abstractmethod
    def results(self) -> list[tuple[int, int, bool]]:
        """Part, verdict as the PLC has it, whether to reject."""

    @abstractmethod
    def beats(self) -> int: ...


class PlcBench(Bench):
    """A real OPC UA server, and our drivers."""

    def __init__(self) -> None:
        self.plc = SteppedPlc(first_sequence=7)
        context = DriverContext(station="s1", clock=SystemClock())
        settings: dict[str, Scalar] = {"endpoint": self.plc.endpoint, "node": "station1"}
        self.trigger = OpcUaTrigger.from_settings(settings, context)
        self.signals = OpcUaSignals.from_settings(settings, context)
        self.output = OpcUaOutput.from_settings(settings, context)

    async def __aenter__(self) -> Self:
        await self.plc.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        await self.plc.stop()

    async def next_part(self, serial: str) -> int:
        return await self.plc.next_part(serial=serial)

    async def lose(self) -> None:
        await self.plc.stop()

    async def find(self) -> None:
        await self.plc.start()

    async def say(self, state: MachineState, reason: str) -> None:
        await self.plc.set("Machine.Reason", reason)
        await self.plc.set("Machine.State", STATE_NUMBERS[state])

    async def eject(self, sequence: int) -> None:
        await self.plc.set("Eject.Sequence", sequence)

    def accept(self, accepts: bool) -> None:
        self.plc.accepts = accepts

    def results(self) -> list[tuple[int, int, bool]]:
        return [(write.sequence, write.verdict, write.reject) for write in self.plc.records.writes]

    def beats(self) -> int:
        return self.plc.gateway_beats


class MemoryBench(Bench):
    """The machine that most tests of a station use."""

    def __init__(self) -> None:
        self.machine = Machine(sequence=7)
        self.trigger = MachineTrigger(self.machine)
        self.signals = MachineSignals(self.machine)
        self.output = MachineOutput(self.machine)

    async def next_part(self, serial: str) -> int:
        return self.machine.next_part(serial=serial)

    async def lose(self) -> None:
        self.machine.lose_link()

    async def find(self) -> None:
        self.machine.find_link()

    async def say(self, state: MachineState, reason: str) -> None:
        self.machine.change(MachineSignal(state, reason, self.machine.number))

    async def eject(self, sequence: int) -> None:
        self.machine.ejects.put_nowait(sequence)

    def accept(self, accepts: bool) -> None:
        self.machine.accepts = accepts

    def results(self) -> list[tuple[int, int, bool]]:
        numbers = {"good": 1, "bad": 2, "unsure": 3, "no_read": 4}
        return [(part, numbers[verdict], action == "reject") for part, verdict, action in self.machine.writes]

    def beats(self) -> int:
        return self.machine.beats[-1] if self.machine.beats else 0
