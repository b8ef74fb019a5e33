"""Has stored minutes follow changes of a calendar: a few at a time, so that what arrives is stored meanwhile."""

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.kpis import service
from goodpart.server.recomputations import service as recomputations

_LOOKED_AFTER_S = 5.0
"""What is asked for on another replica, and what one that died has left, is taken up at this pace."""
_log = structlog.get_logger(__name__)


class Recomputer:
    """Runs for as long as the server does: ``await recomputer.run()`` in a task of its own, cancelled at the end.

    What is left to do is in the database, and advances in the transactions that do it: killed at any point, it goes on
    where it was, on any number of replicas.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = asyncio.Event()

    async def run(self) -> None:
        stop_listening = self._database.signals.listen(recomputations.ASKED, self._on_asked)
        loop = asyncio.get_running_loop()
        try:
            while True:
                self._asked.clear()
                started = loop.time()
                if await self.step():
                    # Half of the time belongs to everything else.
                    await asyncio.sleep(loop.time() - started)
                    continue
                try:
                    async with asyncio.timeout(_LOOKED_AFTER_S):
                        await self._asked.wait()
                except TimeoutError:
                    continue
        finally:
            stop_listening()

    async def step(self) -> bool:
        """One transaction's worth; False where nothing is left. A database out of reach is tried again later."""
        try:
            async with self._database.work(read_only=True) as work:
                if not await recomputations.any_left(work):
                    return False
            async with self._database.work() as work:
                asked = await recomputations.take_oldest(work)
                if asked is None:
                    return False
                await service.recompute_stored(work, asked)
                return True
        except (SQLAlchemyError, OSError):
            _log.exception("stored minutes were not recomputed; trying again")
            return False

    def _on_asked(self, _: Signal) -> None:
        self._asked.set()
