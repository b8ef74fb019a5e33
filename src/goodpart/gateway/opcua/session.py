"""One connection to one OPC UA server, from its beginning to its loss. Everything that asyncua may raise is
translated here."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.common.subscription import DataChangeNotif, Subscription
from asyncua.ua.uaerrors import UaError

from goodpart.gateway.drivers.errors import DriverError, LinkDownError, OutputUncertainError

QUEUE_SIZE = 1000
"""Changes of one value that the server keeps until it may send them: none is dropped in favour of a later one."""
KEEPALIVE_S = 1.0
SILENT_AFTER_S = 4.0
"""Without a notification or keep-alive for so long, the subscription is taken for dead."""
_REQUEST_TIMEOUT_S = 2.0
_CLOSING_S = 1.0

OnValue = Callable[[str, Any], None]

# The library warns of every retry and every revised parameter; the link says once that a PLC is lost or found.
logging.getLogger("asyncua").setLevel(logging.CRITICAL)


@contextmanager
def _translated(endpoint: str) -> Iterator[None]:
    try:
        yield
    except (OSError, TimeoutError, UaError, asyncio.IncompleteReadError) as error:
        raise LinkDownError(
            f"The PLC at {endpoint} cannot be reached: {_sentence(error)}.",
            "Check the PLC, its network and the endpoint in the station's wiring.",
        ) from error


class OpcUaSession:
    """Reads, writes and watches nodes of one namespace by their string ids."""

    def __init__(self, endpoint: str, client: Client, namespace: int) -> None:
        self._endpoint = endpoint
        self._client = client
        self._namespace = namespace
        self._lost = asyncio.Event()
        self._reason = ""
        self._subscription: Subscription | None = None
        self._started = time.monotonic()
        client.connection_lost_callback = self._on_lost

    @classmethod
    async def connect(cls, endpoint: str, namespace_uri: str) -> "OpcUaSession":
        """Raises `LinkDownError`, and `DriverError` where the server is not the one that was meant."""
        client = Client(endpoint, timeout=_REQUEST_TIMEOUT_S, watchdog_intervall=_REQUEST_TIMEOUT_S)
        client.name = "Goodpart gateway"
        with _translated(endpoint):
            try:
                await client.connect()
                _heed_cancellation()
                namespaces: Sequence[str] = await client.get_namespace_array()
                if namespace_uri not in namespaces:
                    raise DriverError(
                        f"The PLC at {endpoint} has no namespace {namespace_uri!r}.",
                        "Correct the namespace in the station's wiring, or load the right program into the PLC.",
                    )
            except BaseException:
                await _disconnect(client)
                raise
        return cls(endpoint, client, namespaces.index(namespace_uri))

    async def watch(self, nodes: Sequence[str], on_value: OnValue, *, publishing_interval_ms: int) -> None:
        """Call ``on_value`` with a node and its value, first with what is there now, then with every change.

        Raises `LinkDownError`, and `DriverError` for a node that the server does not have.
        """
        parameters = ua.CreateSubscriptionParameters()
        parameters.RequestedPublishingInterval = float(publishing_interval_ms)
        parameters.RequestedMaxKeepAliveCount = max(int(KEEPALIVE_S * 1000 / publishing_interval_ms), 1)
        parameters.RequestedLifetimeCount = 30 * parameters.RequestedMaxKeepAliveCount
        parameters.MaxNotificationsPerPublish = 0
        parameters.PublishingEnabled = True
        by_id = {self._node(node).nodeid: node for node in nodes}
        with _translated(self._endpoint):
            # Not through the client, which would quietly replace a silent subscription: its first values would then
            # look like new parts. A silent one ends this session instead.
            subscription = Subscription(self._client.uaclient.session, parameters, _Handler(by_id, on_value))
            await subscription.init()
            results = await subscription.subscribe_data_change(
                [self._node(node) for node in nodes],
                queuesize=QUEUE_SIZE,
                sampling_interval=ua.Double(publishing_interval_ms),
            )
            _heed_cancellation()
        missing = [node for node, result in zip(nodes, results, strict=True) if not isinstance(result, int)]
        if missing:
            raise DriverError(
                f"The PLC at {self._endpoint} has no value {missing[0]!r}.",
                "Correct the node in the station's wiring, or load the right program into the PLC.",
            )
        self._subscription = subscription

    async def read(self, nodes: Sequence[str]) -> list[Any]:
        """Their values, asked of the server in one request. Raises `LinkDownError` and `DriverError`."""
        with _translated(self._endpoint):
            found: list[ua.DataValue] = await self._client.read_attributes([self._node(node) for node in nodes])
        values: list[Any] = []
        for node, value in zip(nodes, found, strict=True):
            status = value.StatusCode
            if (status is not None and not status.is_good()) or value.Value is None:
                raise DriverError(
                    f"The PLC at {self._endpoint} gives no good value of {node!r}: {status}.",
                    "Look at the PLC.",
                )
            values.append(value.Value.Value)
        return values

    async def write(self, values: Mapping[str, ua.Variant]) -> None:
        """All of them in one request, in this order.

        Raises `LinkDownError` where nothing was sent, `OutputUncertainError` where that cannot be known.
        """
        if self.is_lost:
            raise LinkDownError(f"The PLC at {self._endpoint} cannot be reached: {self._reason}.", "Check the network.")
        try:
            results: list[ua.StatusCode] = await self._client.uaclient.write_attributes(
                [self._node(node).nodeid for node in values], [ua.DataValue(value) for value in values.values()]
            )
        except (OSError, TimeoutError, UaError) as error:
            raise OutputUncertainError(
                f"The PLC at {self._endpoint} did not answer to a write: {_sentence(error)}.", "Check the network."
            ) from error
        refused = [node for node, result in zip(values, results, strict=True) if not result.is_good()]
        if refused:
            raise OutputUncertainError(
                f"The PLC at {self._endpoint} refused the value of {refused[0]!r}.",
                "Give this gateway the right to write the station's result in the PLC's settings.",
            )

    @property
    def is_lost(self) -> bool:
        return self._lost.is_set()

    async def wait_lost(self) -> str:
        """Return, with the reason, once this session is of no use any more."""
        while not self._lost.is_set():
            last = self._subscription.last_publish_at if self._subscription is not None else None
            silent_s = time.monotonic() - (last or self._started)
            if silent_s >= SILENT_AFTER_S:
                self._lose(f"it has been silent for {SILENT_AFTER_S:.0f} s")
                break
            try:
                async with asyncio.timeout(SILENT_AFTER_S - silent_s):
                    await self._lost.wait()
            except TimeoutError:
                continue
        return self._reason

    async def close(self) -> None:
        self._lose("it was closed")
        await _disconnect(self._client)

    def _node(self, node: str) -> Node:
        return self._client.get_node(ua.NodeId(ua.String(node), ua.Int16(self._namespace)))

    async def _on_lost(self, error: Exception) -> None:
        self._lose(_sentence(error))

    def _lose(self, reason: str) -> None:
        if not self._lost.is_set():
            self._reason = reason
            self._lost.set()


class _Handler:
    """Hands changes to one function, in the order in which the server sent them."""

    def __init__(self, names: Mapping[ua.NodeId, str], on_value: OnValue) -> None:
        self._names = names
        self._on_value = on_value

    def datachange_notification(self, node: Node, val: Any, data: DataChangeNotif) -> None:  # noqa: ARG002 - asyncua's
        if val is not None:  # a value of bad quality says nothing; the next good one does
            self._on_value(self._names[node.nodeid], val)


def _heed_cancellation() -> None:
    """Where the library waits by `asyncio.wait_for`, Python 3.11 drops a cancellation that comes with the result."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _disconnect(client: Client) -> None:
    """Leave politely if the server still answers, otherwise just go."""
    try:
        async with asyncio.timeout(_CLOSING_S):
            await client.disconnect()
    except (OSError, TimeoutError, UaError):
        pass
    finally:
        client.disconnect_socket()  # the library leaves it open where it was cancelled


def _sentence(error: BaseException) -> str:
    return str(error) or ("no answer" if isinstance(error, TimeoutError) else type(error).__name__)
