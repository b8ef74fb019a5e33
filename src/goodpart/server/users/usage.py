"""When sessions and API tokens were last used: noted in memory, written now and then.

A request that only reads must not wait for a writer because of its own trace.
"""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.kit.work import Database
from goodpart.server.users import repository

_EVERY_S = 30.0
_log = structlog.get_logger(__name__)


class LastUses:
    def __init__(self) -> None:
        self._at: dict[str, datetime] = {}

    def note(self, key: str, at: datetime) -> None:
        """``key`` is the id of a session or an API token."""
        self._at[key] = at

    async def write(self, database: Database) -> None:
        noted, self._at = self._at, {}
        if noted:
            async with database.work() as work:
                for key, at in sorted(noted.items()):  # in one order everywhere: rows are locked
                    await repository.set_last_use(work.session, key, at)

    async def keep_writing(self, database: Database) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await self.write(database)
            except (SQLAlchemyError, OSError):
                _log.exception("the last uses of sessions could not be written")
