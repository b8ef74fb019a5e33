"""The loops of one station together: parts, and everything that goes on besides."""

import asyncio
import gc
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from goodpart.base.clock import Clock
from goodpart.gateway.drivers.errors import DriverError
from goodpart.gateway.health.station_status import StationStatus, write_status
from goodpart.gateway.journal.images import ImageStore
from goodpart.gateway.station.activation import Activation
from goodpart.gateway.station.alarms import Alarms
from goodpart.gateway.station.count import PartCount
from goodpart.gateway.station.decide import mode_of, recipe_for
from goodpart.gateway.station.drivers import Drivers
from goodpart.gateway.station.machine import PLC_STALE_AFTER_S, EjectLog, beat, record_machine_states
from goodpart.gateway.station.part import PartLooker
from goodpart.gateway.station.parts import Parts
from goodpart.gateway.station.previews import Previews
from goodpart.gateway.station.recipes import LoadedRecipes
from goodpart.gateway.station.records import Records
from goodpart.gateway.station.watch import Watch
from goodpart.wire.events import RecipeActivated
from goodpart.wire.modes import Mode

_STATUS_EVERY_S = 0.5
_CAMERA_TRIED_EVERY_S = 1.0
_CAMERA_ANSWERS_WITHIN_S = 2.0
_LINK_EXPECTED_WITHIN_S = 5.0
_TIDIED_AT_LEAST_EVERY_S = 10.0
_WATCH_SAVED_EVERY_S = 30.0
_STOPPING_S = 1.5
_log = structlog.get_logger("station")


class Station:
    """Runs until `stop`, or until the active state wants something that only a new process can do."""

    def __init__(
        self,
        name: str,
        status_file: Path,
        clock: Clock,
        *,
        drivers: Drivers,
        parts: Parts,
        looker: PartLooker,
        count: PartCount,
        records: Records,
        images: ImageStore,
        previews: Previews,
        ejects: EjectLog,
        watch: Watch,
        alarms: Alarms,
        activation: Activation,
    ) -> None:
        self._name = name
        self._status_file = status_file
        self._clock = clock
        self._drivers = drivers
        self._parts = parts
        self._looker = looker
        self._count = count
        self._records = records
        self._images = images
        self._previews = previews
        self._ejects = ejects
        self._watch = watch
        self._alarms = alarms
        self._activation = activation
        self._stopped = asyncio.Event()
        self._status_due = asyncio.Event()
        self._started_ns = clock.monotonic_ns()
        self._tidied_ns = self._started_ns
        self._watch_saved_ns = self._started_ns
        self._status_unwritable = False

    def stop(self) -> None:
        """End after the part that is under way."""
        self._stopped.set()

    async def run(self) -> str:
        """The reason why it ended. Raises what ended a loop that should have none."""
        await self._take_over(self._parts.recipes)
        await self._try_camera()
        handling = asyncio.create_task(self._parts.handle_all(), name="parts")
        following = asyncio.create_task(self._activation.follow(self._parts.recipes, self._take_over), name="active")
        stopping = asyncio.create_task(self._stopped.wait(), name="stop")
        loops = [handling, following, stopping, *map(_endless, self._side_loops())]
        _log.info("station_started", station=self._name, revision=self._parts.recipes.revision)
        try:
            ended, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
            for loop in ended:
                loop.result()
            self._parts.stop()
            await asyncio.wait({handling}, timeout=_STOPPING_S)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
        reason = following.result() if following.done() and not following.cancelled() else "it was told to stop"
        _log.info("station_ended", station=self._name, reason=reason)
        return reason

    def _side_loops(self) -> tuple[Coroutine[Any, Any, None], ...]:
        return (
            self._parts.listen(),
            record_machine_states(self._drivers.signals, self._records, self._clock, self._mode_for),
            beat(self._drivers.signals, lambda: self._unable() is None),
            self._ejects.record(self._drivers.output, self._records),
            self._previews.send(),
            self._mind_camera(),
            self._say_status(),
        )

    def _mode_for(self, part_number: str) -> Mode:
        """In which mode a part of this number is looked at now. Where the machine says no number, it is the number of
        the part before, as for parts that pass unseen."""
        station = self._parts.recipes.station
        return mode_of(station, recipe_for(station, part_number or self._count.part_number))

    async def _take_over(self, recipes: LoadedRecipes) -> None:
        """From the next part on, ``recipes`` count; their activation is on record before."""
        body = RecipeActivated(
            desired_revision=recipes.revision,
            mode=mode_of(recipes.station, None),
            packages=tuple(recipes.eyes),
        )
        if not await self._records.try_append(body):
            # Without space no part is inspected either; by the next start, or the next change, it is on record.
            _log.error("activation_not_recorded", revision=recipes.revision)
        self._parts.recipes = recipes
        self._watch.forget_all_but({recipe.package for recipe in recipes.station.recipes})
        self._images.bound_bytes = recipes.station.image_store_mb * 1_000_000
        self._status_due.set()
        _log.info("recipes_active", revision=recipes.revision, recipes=len(recipes.station.recipes))

    async def _mind_camera(self) -> None:
        """A camera that failed is tried between parts, so that the heartbeat comes back before the next one."""
        while True:
            await asyncio.sleep(_CAMERA_TRIED_EVERY_S)
            if self._looker.camera_problem is not None and self._parts.is_idle:
                await self._try_camera()

    async def _try_camera(self) -> None:
        try:
            async with asyncio.timeout(_CAMERA_ANSWERS_WITHIN_S):
                await self._drivers.camera.warm_up()
        except TimeoutError:
            self._looker.camera_problem = f"The camera gave no picture within {_CAMERA_ANSWERS_WITHIN_S:.0f} s."
        except DriverError as error:
            self._looker.camera_problem = error.cause
        else:
            self._looker.camera_problem = None

    async def _say_status(self) -> None:
        while True:
            self._status_due.clear()
            self._update_alarms()
            await self._alarms.flush()
            self._write_status()
            await self._tidy()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STATUS_EVERY_S):
                    await self._status_due.wait()

    def _unable(self) -> str | None:
        """Why no part can be inspected now."""
        if not self._parts.linked:
            return self._parts.link_problem
        if self._records.is_full:
            return "There is no space left for records."
        if self._count.last is None:
            return "The station has not taken its place in the part count yet."
        if not self._parts.recipes.can_inspect:
            return self._activation.problem or "There is no recipe for this station yet."
        return self._looker.camera_problem

    def _update_alarms(self) -> None:
        age_s = (self._clock.monotonic_ns() - self._started_ns) / 1e9
        unlinked = not self._parts.linked and age_s > _LINK_EXPECTED_WITHIN_S
        silent_s = self._drivers.signals.plc_silent_s()
        stale = silent_s is not None and silent_s > PLC_STALE_AFTER_S
        low = self._records.journal.on_reserve
        say = self._alarms.set_to
        say("plc_link_lost", self._parts.link_problem if unlinked else None)
        say("plc_heartbeat_stale", "The PLC's heartbeat stands still." if stale else None)
        say("camera_failed", self._looker.camera_problem)
        say("recipe_not_loaded", self._activation.problem)
        say("optics_changed", self._watch.optics_problem)
        say("parts_drifted", self._watch.drift_problem)
        say("images_not_kept", self._images.problem)
        say("part_count_restarted", self._count.restarted)
        full = self._records.is_full
        say("disk_space_low", "The disk is nearly full: the space kept back for records is in use." if low else None)
        say("journal_full", "There was no space for a record; parts were not inspected." if full else None)

    def _write_status(self) -> None:
        unable = self._unable()
        problems = [unable] if unable else list(self._alarms.details)
        status = StationStatus(
            station=self._name,
            state="degraded" if problems else "running",
            mode=mode_of(self._parts.recipes.station, None),
            detail=problems[0] if problems else "",
            desired_revision=self._parts.recipes.revision if self._parts.recipes.is_complete else 0,
            epoch=self._records.journal.epoch,
            journal_number=self._records.journal.last_number,
            images_waiting=self._images.waiting,
            last_sequence=self._count.last or 0,
            inspecting=unable is None,
            updated_at=self._clock.now(),
        )
        try:
            write_status(self._status_file, status)
        except OSError as error:
            if not self._status_unwritable:
                _log.error("status_not_written", cause=str(error))
            self._status_unwritable = True
        else:
            self._status_unwritable = False

    async def _tidy(self) -> None:
        overdue = (self._clock.monotonic_ns() - self._tidied_ns) / 1e9 > _TIDIED_AT_LEAST_EVERY_S
        if not self._parts.is_idle and not overdue:
            return
        self._tidied_ns = self._clock.monotonic_ns()
        if (self._tidied_ns - self._watch_saved_ns) / 1e9 > _WATCH_SAVED_EVERY_S:
            self._watch_saved_ns = self._tidied_ns
            await asyncio.to_thread(self._watch.save)
        await self._records.journal.tidy()
        gc.collect(1)  # the process that runs a station has switched the automatic ones off


def _endless(loop: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    return asyncio.create_task(loop)
