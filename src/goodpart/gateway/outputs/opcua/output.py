"""The output driver."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from asyncua import ua

from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import LinkDownError
from goodpart.gateway.drivers.settings import Scalar
from goodpart.gateway.opcua.link import OpcUaLink
from goodpart.gateway.opcua.settings import read_opcua_settings, shared_link
from goodpart.gateway.outputs.port import Output
from goodpart.wire.events import Action
from goodpart.wire.verdicts import Verdict

_VERDICTS = {Verdict.GOOD: 1, Verdict.BAD: 2, Verdict.UNSURE: 3, Verdict.NO_READ: 4}


class OpcUaOutput(Output):
    """Writes ``NODE.Result.Verdict``, ``.Reject`` and ``.Sequence`` in one request; watches ``.Accepted``."""

    def __init__(self, link: OpcUaLink, node: str) -> None:
        self._link = link
        self._verdict = f"{node}.Result.Verdict"
        self._reject = f"{node}.Result.Reject"
        self._sequence = f"{node}.Result.Sequence"
        self._accepted = f"{node}.Result.Accepted"
        self._last: int | None = None
        self._moved = asyncio.Event()
        self._ejects: asyncio.Queue[int] = asyncio.Queue()
        link.watch(self._accepted, self._on_accepted)
        link.watch(f"{node}.Eject.Sequence", self._on_eject)
        link.watch_loss(self._on_lost)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        read = read_opcua_settings(settings, context, driver="output")
        return cls(shared_link(read, context), read.node)

    async def write(self, sequence: int, verdict: Verdict, action: Action) -> None:
        # The PLC acts on the change of the sequence, so it comes last.
        await self._link.write(
            {
                self._verdict: ua.Variant(_VERDICTS[verdict], ua.VariantType.Int32),
                self._reject: ua.Variant(action is Action.REJECT, ua.VariantType.Boolean),
                self._sequence: ua.Variant(sequence, ua.VariantType.UInt32),
            }
        )

    async def accepted(self, sequence: int) -> None:
        while self._last != sequence:
            if not self._link.is_open:
                raise LinkDownError(
                    f"The link to the PLC at {self._link.endpoint} was lost.", "It is being looked for."
                )
            self._moved.clear()
            await self._moved.wait()

    async def last_accepted(self) -> int:
        (value,) = await self._link.read([self._accepted])
        return int(value)

    async def ejects(self) -> AsyncIterator[int]:
        self._link.start()
        while True:
            yield await self._ejects.get()

    async def close(self) -> None:
        await self._link.close()

    def _on_accepted(self, value: Any, _first: bool) -> None:
        self._last = int(value)
        self._moved.set()

    def _on_eject(self, value: Any, _first: bool) -> None:
        self._ejects.put_nowait(int(value))

    def _on_lost(self, _reason: str) -> None:
        self._moved.set()
