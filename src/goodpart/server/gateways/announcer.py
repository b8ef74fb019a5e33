"""Tells browsers when a gateway comes, goes, or says something new."""

import asyncio
from datetime import datetime

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.gateways import repository
from goodpart.server.gateways.model import Gateway, is_online
from goodpart.server.gateways.presence import Presence
from goodpart.server.gateways.service import REVOKED
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database

_GRACE_S = 1.0
"""A gateway that opens its next connection within this time was not away."""
_log = structlog.get_logger(__name__)


class GatewayAnnouncer:
    """Runs for as long as the server does; also closes the connections of a gateway that is revoked."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence

    async def run(self) -> None:
        forget = self._database.signals.listen(REVOKED, self._drop)
        try:
            while True:
                changed = {await self._presence.changed.get()}
                if not all(self._presence.is_connected(gateway) for gateway in changed):
                    await asyncio.sleep(_GRACE_S)
                while not self._presence.changed.empty():
                    changed.add(self._presence.changed.get_nowait())
                for gateway in changed:
                    await self._announce(gateway)
        finally:
            forget()

    async def _announce(self, gateway: str) -> None:
        try:
            async with self._database.work(read_only=True) as work:
                found = await repository.find(work.session, gateway)
                if found is not None:
                    work.after_commit(self._signal(found, work.now))
        except (SQLAlchemyError, OSError):
            _log.exception("a gateway could not be announced", gateway=gateway)

    def _signal(self, gateway: Gateway, now: datetime) -> Signal:
        online = gateway.revoked_at is None and is_online(
            connected=self._presence.is_connected(gateway.id),
            disconnected_at=self._presence.left_at(gateway.id),
            last_seen_at=gateway.last_seen_at,
            now=now,
        )
        reported = msgspec.to_builtins(gateway.reported) if gateway.reported else None
        return Signal("gateway", {"id": gateway.id, "online": online, "reported": reported}, places=(gateway.site,))

    def _drop(self, signal: Signal) -> None:
        self._presence.drop(signal.payload["gateway"])
