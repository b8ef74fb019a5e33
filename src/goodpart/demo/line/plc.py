"""The PLC as an OPC UA server: shows part, machine state, accepted results and ejects; takes results.

All nodes have string identifiers ``<station>.<Group>.<Name>`` in the namespace `NAMESPACE`. Clients may write the
four nodes of `_WRITABLE`; a write anywhere else is refused by the server.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from asyncua import ua
from asyncua.common.callback import CallbackType, ServerItemCallback
from asyncua.server.server import Server
from asyncua.ua.object_ids import ObjectIds

from goodpart.base.clock import Clock
from goodpart.base.errors import GoodpartError
from goodpart.base.garbage import uncollected
from goodpart.demo.line.schedule import MachineState
from goodpart.demo.line.tracking import Verdict

NAMESPACE = "urn:goodpart:line"
_GATEWAY_SILENT_S = 2.0

_NODES = {
    "Part.Sequence": ua.VariantType.UInt32,
    "Part.Number": ua.VariantType.String,
    "Part.Serial": ua.VariantType.String,
    "Machine.State": ua.VariantType.Int32,
    "Machine.Reason": ua.VariantType.String,
    "Result.Verdict": ua.VariantType.Int32,
    "Result.Reject": ua.VariantType.Boolean,
    "Result.Sequence": ua.VariantType.UInt32,
    "Result.Accepted": ua.VariantType.UInt32,
    "Eject.Sequence": ua.VariantType.UInt32,
    "Heartbeat.Plc": ua.VariantType.UInt32,
    "Heartbeat.Gateway": ua.VariantType.UInt32,
}
_WRITABLE = ("Result.Verdict", "Result.Reject", "Result.Sequence", "Heartbeat.Gateway")
_CURRENT_TIME = ua.NodeId(ua.Int32(ObjectIds.Server_ServerStatus_CurrentTime))
_EMPTY: dict[ua.VariantType, object] = {ua.VariantType.String: "", ua.VariantType.Boolean: False}


class PlcError(GoodpartError):
    """The OPC UA server of the simulated line cannot be started."""

    code = "line_plc"


@dataclass(frozen=True)
class ResultWritten:
    """A client has written a result. ``verdict`` is `None` if it wrote something that is none."""

    sequence: int
    verdict: Verdict | None
    reject: bool
    at: float  # monotonic seconds


class Plc:
    """``on_result`` is called for every write of a result, also a repeated one, before the write is answered."""

    def __init__(self, station: str, clock: Clock, on_result: Callable[[ResultWritten], None]) -> None:
        self._station = station
        self._clock = clock
        self._on_result = on_result
        self._server = Server()
        self._ids: dict[str, ua.NodeId] = {}
        self._beats = 0
        self._gateway_beat_at: float | None = None
        self.url = ""

    async def start(self, port: int) -> None:
        """Listen on ``port`` of the loopback interface (0: any free one). Raises `PlcError`."""
        server = self._server
        with uncollected():  # six thousand standard nodes
            await server.init()
        server.set_server_name("Goodpart simulated line")
        await server.set_application_uri(f"{NAMESPACE}:plc")
        server.set_endpoint(f"opc.tcp://127.0.0.1:{port}/line")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        server.set_identity_tokens([ua.AnonymousIdentityToken])
        server.disable_clock()  # its task cannot be stopped within a second; `beat` sets the time instead
        await self._add_nodes(await server.register_namespace(NAMESPACE))
        server.subscribe_server_callback(CallbackType.PostWrite, self._written)
        try:
            await server.start()
        except OSError as error:
            raise PlcError(
                f"The PLC cannot listen on port {port} of 127.0.0.1: {error.strerror or error}.",
                "Stop what uses that port, or choose another one (0 takes any free port).",
            ) from error
        assert server.bserver is not None
        self.url = f"opc.tcp://127.0.0.1:{server.bserver.port}/line"

    async def stop(self) -> None:
        await self._server.stop()

    async def show_state(self, state: MachineState, reason: str) -> None:
        """The reason first: who sees the state change finds it in place."""
        await self._set("Machine.Reason", reason)
        await self._set("Machine.State", int(state))

    async def show_number(self, part_number: str) -> None:
        await self._set("Part.Number", part_number)

    async def show_part(self, sequence: int, serial: str) -> None:
        """A part is in place. The change of the sequence is the trigger, so it comes last."""
        await self._set("Part.Serial", serial)
        await self._set("Part.Sequence", sequence)

    async def show_accepted(self, sequence: int) -> None:
        await self._set("Result.Accepted", sequence)

    async def show_ejected(self, sequence: int) -> None:
        await self._set("Eject.Sequence", sequence)

    async def beat(self) -> None:
        self._beats = (self._beats + 1) % 2**32
        await self._set("Heartbeat.Plc", self._beats)
        now = ua.DataValue(ua.Variant(self._time(), ua.VariantType.DateTime))
        await self._server.write_attribute_value(_CURRENT_TIME, now)

    @property
    def gateway_alive(self) -> bool:
        """Whether the gateway has written a heartbeat lately."""
        return self._gateway_beat_at is not None and self._seconds() - self._gateway_beat_at <= _GATEWAY_SILENT_S

    async def _add_nodes(self, namespace: int) -> None:
        root = self._server.get_objects_node()

        def named(name: str) -> ua.NodeId:
            return ua.StringNodeId(ua.String(name), ua.Int16(namespace))

        station = await root.add_object(named(self._station), f"{namespace}:{self._station}")
        groups = {}
        for name, kind in _NODES.items():
            group, leaf = name.split(".")
            if group not in groups:
                group_id = named(f"{self._station}.{group}")
                groups[group] = await station.add_object(group_id, f"{namespace}:{group}")
            node_id = named(f"{self._station}.{name}")
            value = ua.Variant(_EMPTY.get(kind, 0), kind)
            node = await groups[group].add_variable(node_id, f"{namespace}:{leaf}", value)
            if name in _WRITABLE:
                await node.set_writable()
            self._ids[name] = node_id

    async def _set(self, name: str, value: object) -> None:
        at = self._time()
        data = ua.DataValue(ua.Variant(value, _NODES[name]), SourceTimestamp=at, ServerTimestamp=at)
        await self._server.write_attribute_value(self._ids[name], data)

    def _get(self, name: str) -> object:
        data = self._server.read_attribute_value(self._ids[name])
        return None if data.Value is None else data.Value.Value

    def _time(self) -> ua.DateTime:
        return ua.DateTime.fromtimestamp(self._clock.now().timestamp(), UTC)

    def _seconds(self) -> float:
        return self._clock.monotonic_ns() / 1e9

    async def _written(self, event: ServerItemCallback, _: object) -> None:
        """After each write request of a client: look at which of our nodes it reached."""
        if not event.is_external:
            return
        writes = zip(event.request_params.NodesToWrite, event.response_params, strict=True)
        done = {write.NodeId: status.is_good() for write, status in writes}
        if done.get(self._ids["Heartbeat.Gateway"]):
            self._gateway_beat_at = self._seconds()
        if done.get(self._ids["Result.Sequence"]):
            sequence, verdict = self._get("Result.Sequence"), self._get("Result.Verdict")
            assert isinstance(sequence, int)  # the server refuses other types
            whole = all(done.get(self._ids[name], True) for name in ("Result.Verdict", "Result.Reject"))
            known = Verdict(verdict) if whole and isinstance(verdict, int) and verdict in set(Verdict) else None
            self._on_result(ResultWritten(sequence, known, self._get("Result.Reject") is True, self._seconds()))
