"""Which gateways hold a connection to this process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from goodpart.base.clock import Clock


class Presence:
    """Counts connections by gateway, and closes those of a revoked one. To be used in one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._connections: dict[str, set[asyncio.BaseTransport]] = defaultdict(set)
        self._left_at: dict[str, datetime] = {}
        self.changed: asyncio.Queue[str] = asyncio.Queue()
        """Ids of gateways that came or went, for whoever announces it."""

    def opened(self, gateway: str, transport: asyncio.BaseTransport) -> None:
        self._connections[gateway].add(transport)
        if len(self._connections[gateway]) == 1:
            self.changed.put_nowait(gateway)

    def closed(self, gateway: str, transport: asyncio.BaseTransport) -> None:
        held = self._connections[gateway]
        if transport in held:
            held.discard(transport)
            if not held:
                self._left_at[gateway] = self._clock.now()
                self.changed.put_nowait(gateway)

    def is_connected(self, gateway: str) -> bool:
        return bool(self._connections[gateway])

    def left_at(self, gateway: str) -> datetime | None:
        """When its last connection to this process ended."""
        return self._left_at.get(gateway)

    def drop(self, gateway: str) -> None:
        """Close every connection of ``gateway`` now."""
        for transport in tuple(self._connections[gateway]):
            transport.close()

    def gateways(self) -> Iterable[str]:
        return [gateway for gateway, held in self._connections.items() if held]
