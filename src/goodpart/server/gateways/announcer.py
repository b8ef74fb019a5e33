"""Tells browsers when a gateway comes, goes, says something new, or was changed by somebody."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.gateways import repository
from goodpart.server.gateways.model import Gateway
from goodpart.server.gateways.presence import Presence
from goodpart.server.gateways.schemas import GatewayOut
from goodpart.server.gateways.service import CHANGED, REVOKED
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database, Work

_GRACE_S = 1.0
"""A gateway that opens its next connection within this time was not away."""
_LOOKED_AFTER_S = 5.0
"""Who falls silent behind an open connection, and what other replicas hear, is noticed at this pace."""
_log = structlog.get_logger(__name__)


class GatewayAnnouncer:
    """Runs for as long as the server does; also closes the connections of a gateway that is revoked."""

    def __init__(self, database: Database, presence: Presence) -> None:
        self._database = database
        self._presence = presence
        self._told: dict[str, tuple[object, ...]] = {}
        """Gateway → what browsers know of it, as far as it is looked after."""

    async def run(self) -> None:
        signals = self._database.signals
        forget = signals.listen(REVOKED, self._drop), signals.listen(CHANGED, self._note)
        try:
            while True:
                changed = await self._next_changed()
                if changed:
                    await self._tell(changed)
                else:
                    await self.look()
        finally:
            for each in forget:
                each()

    async def look(self) -> None:
        """Once at every gateway, and tell of those that are not what browsers know."""
        try:
            async with self._database.work(read_only=True) as work:
                for gateway in await repository.list_all(work.session):
                    if self._told.get(gateway.id) != self._looked_after(gateway, work):
                        self._announce(gateway, work)
        except (SQLAlchemyError, OSError):
            _log.exception("gateways were not looked after; trying again")

    async def _next_changed(self) -> set[str]:
        """The gateways that something is known of; none where nothing happens for a while."""
        queue = self._presence.changed
        try:
            async with asyncio.timeout(_LOOKED_AFTER_S):
                changed = {await queue.get()}
        except TimeoutError:
            return set()
        if not all(self._presence.is_connected(gateway) for gateway in changed):
            await asyncio.sleep(_GRACE_S)
        while not queue.empty():
            changed.add(queue.get_nowait())
        return changed

    async def _tell(self, changed: set[str]) -> None:
        try:
            async with self._database.work(read_only=True) as work:
                for each in changed:
                    gateway = await repository.find(work.session, each)
                    if gateway is not None:
                        self._announce(gateway, work)
        except (SQLAlchemyError, OSError):
            _log.exception("gateways could not be announced", gateways=sorted(changed))

    def _announce(self, gateway: Gateway, work: Work) -> None:
        self._told[gateway.id] = self._looked_after(gateway, work)
        payload = GatewayOut.of(gateway, self._presence, work.now).model_dump(mode="json")
        work.after_commit(Signal("gateway", payload, places=(gateway.site,)))

    def _looked_after(self, gateway: Gateway, work: Work) -> tuple[object, ...]:
        reported_at = gateway.reported.reported_at if gateway.reported else None
        status = self._presence.status(gateway, work.now)
        return status, reported_at, gateway.name, gateway.desired_revision, gateway.claim_until, gateway.stations

    def _note(self, signal: Signal) -> None:
        self._presence.changed.put_nowait(signal.payload["gateway"])

    def _drop(self, signal: Signal) -> None:
        self._presence.drop(signal.payload["gateway"])
