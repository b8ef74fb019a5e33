"""Which stations are watched, and the newest preview of each: in memory where one server serves, else in rows.

See docs/decisions/0023: previews come twice a second and are worth nothing a moment later, so on SQLite they must not
take turns with records for the one writer.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from goodpart.server.kit.signals import Signal, Signals
from goodpart.server.kit.work import Database
from goodpart.server.previews import repository
from goodpart.server.previews.model import Posted, extended

PREVIEW = "preview"
"""Topic of a signal to browsers: ``station`` has a newer preview, of ``inspection``."""
_LOOKED_EVERY_S = 0.5
_log = structlog.get_logger(__name__)


class PreviewBoard(ABC):
    """Written and read by one event loop; what it holds may be lost at any time."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._announced: dict[str, str] = {}

    @abstractmethod
    async def watch(self, station: str, now: datetime) -> bool:
        """Somebody looks at ``station``. Whether its lease was extended: then its gateway is to be told."""

    @abstractmethod
    async def leases(self, stations: Collection[str], now: datetime) -> dict[str, datetime]:
        """Station → the end of its lease, of those of ``stations`` that are watched now."""

    @abstractmethod
    async def newest(self, station: str, now: datetime) -> Posted | None:
        """None while the station is not watched, and until a preview has come."""

    @abstractmethod
    async def _post(self, station: str, posted: Posted) -> None:
        """Put ``posted`` in the place of the one before."""

    async def post(self, station: str, posted: Posted) -> None:
        """The newest preview of a station that is watched; browsers are told."""
        await self._post(station, posted)
        self._announce(station, posted.preview.inspection.inspection)

    @abstractmethod
    async def run(self) -> None:
        """What there is to do in the background, for as long as the server runs."""

    def _announce(self, station: str, inspection: str) -> None:
        if self._announced.get(station) != inspection:
            self._announced[station] = inspection
            self._signals.publish([Signal(PREVIEW, {"station": station, "inspection": inspection}, places=(station,))])


class MemoryBoard(PreviewBoard):
    """Of the one server process that there is."""

    def __init__(self, signals: Signals) -> None:
        super().__init__(signals)
        self._until: dict[str, datetime] = {}
        self._posted: dict[str, Posted] = {}

    async def watch(self, station: str, now: datetime) -> bool:
        self._forget_unwatched(now)
        until = extended(self._until.get(station), now)
        if until is not None:
            self._until[station] = until
        return until is not None

    async def leases(self, stations: Collection[str], now: datetime) -> dict[str, datetime]:
        self._forget_unwatched(now)
        return {station: until for station, until in self._until.items() if station in stations}

    async def newest(self, station: str, now: datetime) -> Posted | None:
        self._forget_unwatched(now)
        return self._posted.get(station)

    async def _post(self, station: str, posted: Posted) -> None:
        self._posted[station] = posted

    async def run(self) -> None:
        return

    def _forget_unwatched(self, now: datetime) -> None:
        for station in [station for station, until in self._until.items() if until <= now]:
            del self._until[station]
            self._posted.pop(station, None)
            self._announced.pop(station, None)


class SharedBoard(PreviewBoard):
    """Of any number of replicas on one PostgreSQL: a gateway may talk to another one than the browser does."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.signals)
        self._database = database
        self._here: dict[str, datetime] = {}
        """Stations that browsers of this replica look at."""
        self._looked_at = asyncio.Event()

    async def watch(self, station: str, now: datetime) -> bool:
        async with self._database.work(read_only=True) as work:
            until = await repository.until(work.session, station)
        new = extended(until, now)
        if new is not None:
            async with self._database.work() as work:
                await repository.sweep(work.session, now)
                await repository.extend(work.session, station, new)
        self._here[station] = new or until or now
        self._looked_at.set()
        return new is not None

    async def leases(self, stations: Collection[str], now: datetime) -> dict[str, datetime]:
        async with self._database.work(read_only=True) as work:
            return await repository.leases(work.session, stations, now)

    async def newest(self, station: str, now: datetime) -> Posted | None:
        async with self._database.work(read_only=True) as work:
            return await repository.newest(work.session, station, now)

    async def _post(self, station: str, posted: Posted) -> None:
        async with self._database.work() as work:
            await repository.post(work.session, station, posted)

    async def run(self) -> None:
        """Tell the browsers of this replica what came to another one. It rests while none of them looks."""
        while True:
            self._looked_at.clear()
            now = self._database.clock.now()
            self._here = {station: until for station, until in self._here.items() if until > now}
            if not self._here:
                self._announced.clear()
                await self._looked_at.wait()
            try:
                async with self._database.work(read_only=True) as work:
                    shown = await repository.shown(work.session, self._here)
            except (SQLAlchemyError, OSError):
                _log.exception("previews of other replicas were not looked for; trying again")
                shown = {}
            for station, inspection in shown.items():
                self._announce(station, inspection)
            await asyncio.sleep(_LOOKED_EVERY_S)
