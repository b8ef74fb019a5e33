"""Follows rollouts: keeps how far their gateways have come, as soon as one says so."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.gateways.service import REPORTED
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.rollouts import service

_LOOKED_AFTER_S = 5.0
"""What a gateway says to another replica shows at this pace."""
_log = structlog.get_logger(__name__)


class RolloutFollower:
    """Runs for as long as the server does: ``await follower.run()`` in a task of its own, cancelled at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told = asyncio.Event()

    async def run(self) -> None:
        stop_listening = self._database.signals.listen(REPORTED, self._on_reported)
        try:
            while True:
                self._told.clear()
                await self.look()
                try:
                    async with asyncio.timeout(_LOOKED_AFTER_S):
                        await self._told.wait()
                except TimeoutError:
                    continue
        finally:
            stop_listening()

    async def look(self) -> None:
        """Once. A database that cannot be reached is tried again at the next look."""
        try:
            async with self._database.work(read_only=True) as work:
                if not await service.any_open(work):
                    return
            async with self._database.work() as work:
                await service.follow(work)
        except (SQLAlchemyError, OSError):
            _log.exception("rollouts were not followed; trying again")

    def _on_reported(self, _: Signal) -> None:
        self._told.set()
