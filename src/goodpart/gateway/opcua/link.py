"""A link to one PLC that is found again whenever it is lost."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from asyncua import ua

from goodpart.gateway.drivers.errors import DriverError, LinkDownError
from goodpart.gateway.opcua.session import OpcUaSession

OnChange = Callable[[Any, bool], None]
"""Called with a value, and with True where it is the first one of a session: it may be old."""
OnLost = Callable[[str], None]

_RETRY_FIRST_S = 0.1
_RETRY_LONGEST_S = 2.0
_log = structlog.get_logger("opcua")


class OpcUaLink:
    """Drivers say what they want watched, then the first of them starts the link."""

    def __init__(self, endpoint: str, namespace: str, *, publishing_interval_ms: int) -> None:
        self.endpoint = endpoint
        self._namespace = namespace
        self._interval_ms = publishing_interval_ms
        self._watched: dict[str, list[OnChange]] = {}
        self._on_lost: list[OnLost] = []
        self._seen: set[str] = set()
        self._session: OpcUaSession | None = None
        self._task: asyncio.Task[None] | None = None

    def watch(self, node: str, on_change: OnChange) -> None:
        """Before the link starts."""
        assert self._task is None, "a link is told what to watch before it starts"
        self._watched.setdefault(node, []).append(on_change)

    def watch_loss(self, on_lost: OnLost) -> None:
        """``on_lost`` is called with the reason whenever a session that was open ends."""
        self._on_lost.append(on_lost)

    def start(self) -> None:
        """Begin to connect. A second call does nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"opcua {self.endpoint}")

    @property
    def is_open(self) -> bool:
        return self._session is not None and not self._session.is_lost

    async def read(self, nodes: Sequence[str]) -> list[Any]:
        """Raises `LinkDownError` and `DriverError`."""
        return await self._open_session().read(nodes)

    async def write(self, values: Mapping[str, ua.Variant]) -> None:
        """Raises `LinkDownError` where nothing was sent, `OutputUncertainError` where that cannot be known."""
        await self._open_session().write(values)

    async def close(self) -> None:
        """A second call does nothing."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _open_session(self) -> OpcUaSession:
        if self._session is None or self._session.is_lost:
            raise LinkDownError(f"There is no link to the PLC at {self.endpoint}.", "It is being looked for.")
        return self._session

    async def _run(self) -> None:
        pause_s = _RETRY_FIRST_S
        said = ""
        while True:
            try:
                session = await OpcUaSession.connect(self.endpoint, self._namespace)
            except DriverError as error:
                if error.cause != said:
                    said = error.cause
                    _log.warning("plc_not_reachable", endpoint=self.endpoint, cause=error.cause)
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _RETRY_LONGEST_S)
                continue
            try:
                try:
                    self._seen.clear()
                    self._session = session
                    await session.watch(list(self._watched), self._on_value, publishing_interval_ms=self._interval_ms)
                except DriverError as error:
                    reason = error.cause
                else:
                    _log.info("plc_link_open", endpoint=self.endpoint)
                    said, pause_s = "", _RETRY_FIRST_S
                    reason = await session.wait_lost()
            finally:
                self._session = None
                await session.close()
            if reason != said:
                said = reason
                _log.warning("plc_link_lost", endpoint=self.endpoint, cause=reason)
            for on_lost in self._on_lost:
                on_lost(reason)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _RETRY_LONGEST_S)

    def _on_value(self, node: str, value: Any) -> None:
        first = node not in self._seen
        self._seen.add(node)
        for on_change in self._watched[node]:
            on_change(value, first)
