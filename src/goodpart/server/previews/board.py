"""Which stations are watched, and the newest preview of each: in memory where one server serves, else in rows.

See docs/decisions/0023: previews come twice a second and are worth nothing a moment later, so on SQLite they must not
take turns with records for the one writer.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import datetime

from goodpart.server.kit.signals import Signal, Signals
from goodpart.server.kit.work import Database
from goodpart.server.previews import repository
from goodpart.server.previews.model import Posted, extended

PREVIEW = "preview"
"""Topic of a signal to browsers: ``station`` has a newer preview, of ``inspection``."""


class PreviewBoard(ABC):
    """What it holds may be lost at any time."""

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
    async def post(self, station: str, posted: Posted) -> None:
        """Of a station that is watched, in the place of the one before; browsers are told."""


class MemoryBoard(PreviewBoard):
    """Of the one server process that there is. To be used in one event loop."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
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

    async def post(self, station: str, posted: Posted) -> None:
        self._posted[station] = posted
        self._signals.publish([_signal(station, posted)])

    def _forget_unwatched(self, now: datetime) -> None:
        for station in [station for station, until in self._until.items() if until <= now]:
            del self._until[station]
            self._posted.pop(station, None)


class SharedBoard(PreviewBoard):
    """Of any number of replicas on one PostgreSQL: a gateway may talk to another one than the browser does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watch(self, station: str, now: datetime) -> bool:
        async with self._database.work(read_only=True) as work:
            until = extended(await repository.until(work.session, station), now)
        if until is None:
            return False
        async with self._database.work() as work:
            await repository.sweep(work.session, now)
            await repository.extend(work.session, station, until)
        return True

    async def leases(self, stations: Collection[str], now: datetime) -> dict[str, datetime]:
        async with self._database.work(read_only=True) as work:
            return await repository.leases(work.session, stations, now)

    async def newest(self, station: str, now: datetime) -> Posted | None:
        async with self._database.work(read_only=True) as work:
            return await repository.newest(work.session, station, now)

    async def post(self, station: str, posted: Posted) -> None:
        async with self._database.work() as work:
            await repository.post(work.session, station, posted)
            work.after_commit(_signal(station, posted))


def _signal(station: str, posted: Posted) -> Signal:
    said = {"station": station, "inspection": posted.preview.inspection.inspection}
    return Signal(PREVIEW, said, places=(station,))
