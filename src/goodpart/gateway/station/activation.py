"""Takes over what the deployment activated: loads it beside what runs, and swaps between two parts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from goodpart.base.errors import GoodpartError
from goodpart.gateway.deployment.active import active_stamp, read_active
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.station.recipes import LoadedRecipes, LoadEye, load_recipes, wiring
from goodpart.gateway.station.sight import Eye
from goodpart.wire.desired import StationSpec

LOOKED_EVERY_S = 0.2
_Stamps = tuple[tuple[int, int, int], ...]
_log = structlog.get_logger("activation")


@dataclass(frozen=True)
class _Active:
    revision: int
    station: StationSpec | None
    """None: the active state has no such station."""


@dataclass(frozen=True)
class _Incomplete:
    """Was tried, and lacked a package; worth another attempt once the files are others."""

    active: _Active
    files: _Stamps


class Activation:
    """Follows the active document for one station."""

    def __init__(self, folders: GatewayFolders, station: str, load_eye: LoadEye) -> None:
        self.problem: str | None = None
        """Why the newest active state is not taken over; None where it is."""
        self._folders = folders
        self._station = station
        self._load_eye = load_eye
        self._stamp = (0, 0)
        self._incomplete: _Incomplete | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recipes")

    async def first(self) -> LoadedRecipes:
        """Wait for an active state with this station, and load it."""
        while True:
            active = await self._newly_active()
            if active is not None and active.station is not None:
                return await self._load(active.revision, active.station, known={})
            await asyncio.sleep(LOOKED_EVERY_S)

    async def follow(self, running: LoadedRecipes, swap: Callable[[LoadedRecipes], Awaitable[None]]) -> str:
        """Call ``swap`` with everything newer that is completely loaded; what is not goes unused.

        Returns, with the reason, once this process cannot go on as it is: the wiring changed, or the station is not
        wanted any more.
        """
        while True:
            await asyncio.sleep(LOOKED_EVERY_S)
            active = await self._newly_active()
            if active is None:
                continue
            if active.station is None:
                return "it is not part of the active state any more"
            if wiring(active.station) != wiring(running.station):
                return "its wiring changed"
            loaded = await self._load(active.revision, active.station, known=running.eyes)
            more = loaded.revision == running.revision and len(loaded.eyes) > len(running.eyes)
            if loaded.is_complete or more or not running.can_inspect:
                running = loaded
                await swap(loaded)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _newly_active(self) -> _Active | None:
        """The active state, if it is another one than at the last call, or if packages that it lacked have come."""
        stamp = active_stamp(self._folders)
        if stamp == self._stamp:
            lacking = self._incomplete
            changed = lacking is not None and self._files_of(lacking.active.station) != lacking.files
            return lacking.active if lacking is not None and changed else None
        self._stamp = stamp
        self._incomplete = None
        try:
            desired = await asyncio.get_running_loop().run_in_executor(self._thread, read_active, self._folders)
        except GoodpartError as error:
            self.problem = error.cause
            _log.error("active_state_refused", cause=error.cause, remedy=error.remedy)
            return None
        if desired is None:
            return None
        return _Active(desired.revision, {one.station: one for one in desired.stations}.get(self._station))

    async def _load(self, revision: int, station: StationSpec, known: Mapping[str, Eye]) -> LoadedRecipes:
        loop = asyncio.get_running_loop()
        files = self._files_of(station)  # before they are read: what comes meanwhile is another attempt
        loaded = await loop.run_in_executor(
            self._thread, lambda: load_recipes(revision, station, self._load_eye, known=known)
        )
        self.problem = loaded.problems[0] if loaded.problems else None
        self._incomplete = _Incomplete(_Active(revision, station), files) if loaded.problems else None
        return loaded

    def _files_of(self, station: StationSpec | None) -> _Stamps:
        """Changes whenever a package of ``station`` comes, goes or is replaced."""
        stamps = []
        for package in sorted({recipe.package for recipe in station.recipes} if station else ()):
            try:
                found = self._folders.package(package).stat()
            except FileNotFoundError:
                stamps.append((0, 0, 0))
            else:
                stamps.append((found.st_ino, found.st_mtime_ns, found.st_size))
        return tuple(stamps)
