"""Tells browsers when a gateway comes, goes, or says something new."""

import asyncio

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.gateways import repository
from goodpart.server.gateways.model import is_online
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
        except (SQLAlchemyError, OSError):
            _log.exception("a gateway could not be announced", gateway=gateway)
            return
        if found is None:
            return
        online = found.revoked_at is None and is_online(
            connected=self._presence.is_connected(gateway),
            disconnected_at=self._presence.left_at(gateway),
            last_seen_at=found.last_seen_at,
            now=work.now,
        )
        reported = msgspec.to_builtins(found.reported) if found.reported else None
        payload = {"id": gateway, "online": online, "reported": reported}
        self._database.signals.publish([Signal("gateway", payload, places=(found.site,))])

    def _drop(self, signal: Signal) -> None:
        self._presence.drop(signal.payload["gateway"])
