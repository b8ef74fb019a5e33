"""The trigger driver."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from goodpart.base.clock import Clock
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.opcua.link import OpcUaLink
from goodpart.gateway.opcua.settings import read_opcua_settings, shared_link
from goodpart.gateway.triggers.port import LinkLost, LinkOpened, PartArrived, PartUnderCamera, Trigger, TriggerEvent


class OpcUaTrigger(Trigger):
    """Watches the part count; asks for part number and serial when they are wanted."""

    def __init__(self, link: OpcUaLink, node: str, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._sequence = f"{node}.Part.Sequence"
        self._number = f"{node}.Part.Number"
        self._serial = f"{node}.Part.Serial"
        self._events: asyncio.Queue[TriggerEvent] = asyncio.Queue()
        self._open = False
        link.watch(self._sequence, self._on_sequence)
        link.watch_loss(self._on_lost)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        read = read_opcua_settings(settings, context, driver="trigger")
        return cls(shared_link(read, context), read.node, context.clock)

    async def events(self) -> AsyncIterator[TriggerEvent]:
        self._link.start()
        while True:
            yield await self._events.get()

    async def part(self) -> PartUnderCamera:
        sequence, number, serial = await self._link.read([self._sequence, self._number, self._serial])
        return PartUnderCamera(sequence=int(sequence), part_number=str(number), serial=str(serial))

    async def close(self) -> None:
        await self._link.close()

    def _on_sequence(self, value: Any, first: bool) -> None:
        if first:
            self._open = True
            self._events.put_nowait(LinkOpened(int(value)))
        else:
            self._events.put_nowait(PartArrived(int(value), self._clock.monotonic_ns()))

    def _on_lost(self, reason: str) -> None:
        if self._open:
            self._open = False
            self._events.put_nowait(LinkLost(reason))
