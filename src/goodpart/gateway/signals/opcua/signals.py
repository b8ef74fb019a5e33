"""The signals driver."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from asyncua import ua

from goodpart.base.clock import Clock
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.opcua.link import OpcUaLink
from goodpart.gateway.opcua.settings import read_opcua_settings, shared_link
from goodpart.gateway.signals.port import MachineSignal, Signals
from goodpart.wire.machine import MachineState

_STATES = {
    0: MachineState.UNKNOWN,
    1: MachineState.RUNNING,
    2: MachineState.BLOCKED,
    3: MachineState.STARVED,
    4: MachineState.FAULT,
    5: MachineState.PLANNED_STOP,
}
_SETTLING_S = 0.03
"""State and reason are two values: a change of one waits so long for the other."""
_UNKNOWN = MachineSignal(MachineState.UNKNOWN, "", "")


class OpcUaSignals(Signals):
    """Watches ``NODE.Machine.State``, ``.Reason``, ``NODE.Part.Number`` and ``NODE.Heartbeat.Plc``."""

    def __init__(self, link: OpcUaLink, node: str, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._beat_node = f"{node}.Heartbeat.Gateway"
        self._changed = asyncio.Event()
        self._state: MachineState = MachineState.UNKNOWN
        self._reason = ""
        self._number = ""
        self._plc_moved_ns: int | None = None
        link.watch(f"{node}.Machine.State", self._on_state)
        link.watch(f"{node}.Machine.Reason", self._on_reason)
        link.watch(f"{node}.Part.Number", self._on_number)
        link.watch(f"{node}.Heartbeat.Plc", self._on_plc_beat)
        link.watch_loss(self._on_lost)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        read = read_opcua_settings(settings, context, driver="signals")
        return cls(shared_link(read, context), read.node, context.clock)

    async def changes(self) -> AsyncIterator[MachineSignal]:
        self._link.start()
        said: MachineSignal | None = None
        while True:
            signal = MachineSignal(self._state, self._reason, self._number) if self._link.is_open else _UNKNOWN
            if signal != said:
                said = signal
                yield signal
            await self._changed.wait()
            await asyncio.sleep(_SETTLING_S)
            self._changed.clear()

    async def beat(self, count: int) -> None:
        await self._link.write({self._beat_node: ua.Variant(count % 2**32, ua.VariantType.UInt32)})

    def plc_silent_s(self) -> float | None:
        if self._plc_moved_ns is None:
            return None
        return (self._clock.monotonic_ns() - self._plc_moved_ns) / 1e9

    async def close(self) -> None:
        await self._link.close()

    def _on_state(self, value: Any, _first: bool) -> None:
        self._state = _STATES.get(int(value), MachineState.UNKNOWN)
        self._changed.set()

    def _on_reason(self, value: Any, _first: bool) -> None:
        self._reason = str(value)
        self._changed.set()

    def _on_number(self, value: Any, _first: bool) -> None:
        self._number = str(value)
        self._changed.set()

    def _on_plc_beat(self, _value: Any, _first: bool) -> None:
        self._plc_moved_ns = self._clock.monotonic_ns()

    def _on_lost(self, _reason: str) -> None:
        self._plc_moved_ns = None
        self._changed.set()
