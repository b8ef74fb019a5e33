"""Which gateways hold a connection to this process, and which are there."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from goodpart.base.clock import Clock
from goodpart.server.gateways.model import Gateway, GatewayStatus, is_online


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

    def status(self, gateway: Gateway, now: datetime) -> GatewayStatus:
        if gateway.revoked_at is not None:
            return GatewayStatus.REVOKED
        if gateway.enrolled_at is None:
            return GatewayStatus.WAITING
        online = is_online(
            connected=self.is_connected(gateway.id),
            disconnected_at=self._left_at.get(gateway.id),
            last_seen_at=gateway.last_seen_at,
            now=now,
        )
        return GatewayStatus.ONLINE if online else GatewayStatus.OFFLINE

    def offline_since(self, gateway: Gateway) -> datetime | None:
        """Of one that is offline: when its last connection to this process ended, or when anybody last heard of it."""
        known = [at for at in (self._left_at.get(gateway.id), gateway.last_seen_at) if at is not None]
        return max(known, default=None)

    def drop(self, gateway: str) -> None:
        """Close every connection of ``gateway`` now."""
        for transport in tuple(self._connections[gateway]):
            transport.close()

    def gateways(self) -> Iterable[str]:
        return [gateway for gateway, held in self._connections.items() if held]
