"""A PLC that a test steps by hand: a real OPC UA server with the nodes of one station, and its own records."""

import asyncio
import gc
import time
from dataclasses import dataclass, field
from typing import Any, Self

from asyncua import ua
from asyncua.common.callback import CallbackType
from asyncua.common.node import Node
from asyncua.server.server import Server

from goodpart.base.garbage import uncollected
from goodpart.base.ports import free_ports

NAMESPACE = "urn:goodpart:line"
NODE = "station1"


@dataclass(frozen=True)
class ResultWrite:
    """One write of a result, as it arrived."""

    sequence: int
    verdict: int
    reject: bool
    nodes: tuple[str, ...]
    after_ms: float
    """Since the part of that number arrived; infinite for a number that never did."""


@dataclass
class PlcRecords:
    """What the PLC knows afterwards: the truth that a journal is compared with."""

    arrived: dict[int, float] = field(default_factory=dict)
    writes: list[ResultWrite] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)

    def writes_of(self, sequence: int) -> list[ResultWrite]:
        return [write for write in self.writes if write.sequence == sequence]


class SteppedPlc:
    """Keeps its count and records over `stop` and `start`, as a PLC does over a restart.

    ``accepts`` False: takes no result over, like a PLC whose own time limit has passed.
    """

    def __init__(self, *, first_sequence: int = 0, deadline_ms: float = 5_000.0) -> None:
        (self.port,) = free_ports(1)
        self.endpoint = f"opc.tcp://127.0.0.1:{self.port}/line"
        self.records = PlcRecords()
        self.deadline_ms = deadline_ms
        self.accepts = True
        self._values: dict[str, tuple[Any, ua.VariantType]] = {
            "Part.Sequence": (first_sequence, ua.VariantType.UInt32),
            "Part.Number": ("A-100", ua.VariantType.String),
            "Part.Serial": ("", ua.VariantType.String),
            "Machine.State": (1, ua.VariantType.Int32),
            "Machine.Reason": ("", ua.VariantType.String),
            "Result.Verdict": (0, ua.VariantType.Int32),
            "Result.Reject": (False, ua.VariantType.Boolean),
            "Result.Sequence": (0, ua.VariantType.UInt32),
            "Result.Accepted": (0, ua.VariantType.UInt32),
            "Eject.Sequence": (0, ua.VariantType.UInt32),
            "Heartbeat.Plc": (0, ua.VariantType.UInt32),
            "Heartbeat.Gateway": (0, ua.VariantType.UInt32),
        }
        self._nodes: dict[str, Node] = {}
        self._server: Server | None = None
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        server = Server()
        with uncollected():  # six thousand standard nodes
            await server.init()
        server.set_endpoint(self.endpoint)
        index = await server.register_namespace(NAMESPACE)
        for name, (value, kind) in self._values.items():
            node_id = ua.NodeId(ua.String(f"{NODE}.{name}"), ua.Int16(index))
            node = await server.nodes.objects.add_variable(node_id, f"{NODE}.{name}", value, kind)
            await node.set_writable()
            self._nodes[name] = node
        server.subscribe_server_callback(CallbackType.PostWrite, self._on_write)
        await server.start()
        self._server = server
        self._beating = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        server, self._server = self._server, None
        if self._beating is not None:
            self._beating.cancel()
        if server is not None:
            await server.stop()
            self._nodes.clear()
            # Its nodes hold each other. Those of a few servers, found later, would hold up a part of another test for
            # seconds on a busy machine.
            del server
            gc.collect()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def sequence(self) -> int:
        return int(self._values["Part.Sequence"][0])

    @property
    def gateway_beats(self) -> int:
        return int(self._values["Heartbeat.Gateway"][0])

    async def next_part(self, *, serial: str = "", number: str | None = None) -> int:
        """The next part comes under the camera; its number."""
        if number is not None:
            await self.set("Part.Number", number)
        await self.set("Part.Serial", serial)
        sequence = (self.sequence + 1) % 2**32
        self.records.arrived[sequence] = time.monotonic()
        await self.set("Part.Sequence", sequence)
        return sequence

    async def set(self, name: str, value: Any) -> None:
        """A value changes; also while nobody can read it."""
        kind = self._values[name][1]
        self._values[name] = (value, kind)
        if self._server is not None:
            await self._nodes[name].write_value(ua.DataValue(ua.Variant(value, kind)))

    async def _beat(self) -> None:
        while True:
            await self.set("Heartbeat.Plc", self._values["Heartbeat.Plc"][0] + 1)
            await asyncio.sleep(0.5)

    @property
    def connections(self) -> int:
        """Clients that are connected now."""
        assert self._server is not None
        assert self._server.bserver is not None
        return len(self._server.bserver.clients)

    async def forbid_writing(self, name: str) -> None:
        await self._nodes[name].set_read_only()

    async def _on_write(self, event: Any, _service: Any) -> None:
        if not event.is_external:
            return
        names = {node.nodeid: name for name, node in self._nodes.items()}
        written = {
            names[value.NodeId]: value.Value.Value.Value
            for value in event.request_params.NodesToWrite
            if value.NodeId in names
        }
        for name, value in written.items():
            self._values[name] = (value, self._values[name][1])
        if "Result.Sequence" in written:
            await self._take_over(written)

    async def _take_over(self, written: dict[str, Any]) -> None:
        sequence = int(written["Result.Sequence"])
        arrived = self.records.arrived.get(sequence, float("-inf"))
        write = ResultWrite(
            sequence=sequence,
            verdict=int(written.get("Result.Verdict", 0)),
            reject=bool(written.get("Result.Reject", False)),
            nodes=tuple(written),
            after_ms=(time.monotonic() - arrived) * 1000,
        )
        self.records.writes.append(write)
        if self.accepts and sequence not in self.records.accepted and write.after_ms <= self.deadline_ms:
            self.records.accepted.append(sequence)
            await self.set("Result.Accepted", sequence)
