"""What this gateway runs and how it is, told to the server on every change and every few seconds."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta

import msgspec

import goodpart
from goodpart.base.clock import Clock
from goodpart.gateway.deployment.model import Deployment
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.station_status import StationStatus, read_status
from goodpart.gateway.journal.clock_quality import clock_quality
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import FAILURES, Link
from goodpart.wire.commands import WATCH
from goodpart.wire.reported import ReportedState, StationReport

_SILENT_FOR = timedelta(seconds=10)
"""A station that has said nothing for so long is down, whatever it said last."""
_AT_MOST_EVERY_S = 0.25
_MEGABYTE = 1_000_000


class StationWatch:
    """What the stations say about themselves, as far as it can still be believed."""

    def __init__(self, folders: GatewayFolders, clock: Clock) -> None:
        self._folders = folders
        self._clock = clock

    def running(self) -> Mapping[str, int]:
        """Station → the revision that it says it runs, of the stations that are alive."""
        statuses = {folder.station: self._read(folder) for folder in self._folders.stations_on_disk()}
        return {
            station: status.desired_revision
            for station, status in statuses.items()
            if status is not None and not self._is_silent(status)
        }

    def complaints(self) -> Mapping[str, str]:
        """Station → what it says is wrong with it, where it says so."""
        statuses = (self._read(folder) for folder in self._folders.stations_on_disk())
        return {status.station: status.detail for status in statuses if status is not None and status.detail}

    def report(self, station: str, images_waiting: int) -> StationReport:
        folder = self._folders.station(station)
        status = self._read(folder)
        if status is None:
            return StationReport(station=station, state="starting", detail="Its process has not said anything yet.")
        report = StationReport(
            station=station,
            state=status.state,
            mode=status.mode,
            detail=status.detail,
            epoch=status.epoch,
            journal_number=status.journal_number,
            images_waiting=status.images_waiting + images_waiting,
            last_sequence=status.last_sequence,
        )
        if self._is_silent(status):
            detail = f"Its process has said nothing since {status.updated_at:%Y-%m-%d %H:%M:%S} UTC."
            return msgspec.structs.replace(report, state="down", detail=detail)
        return report

    def _is_silent(self, status: StationStatus) -> bool:
        return abs(self._clock.now() - status.updated_at) > _SILENT_FOR

    @staticmethod
    def _read(folder: StationFolder) -> StationStatus | None:
        try:
            return read_status(folder.status)
        except msgspec.MsgspecError:
            return None  # cut short by a power failure; the station writes it anew when it starts


class Reporter:
    """Reports to the server."""

    def __init__(
        self,
        folders: GatewayFolders,
        client: ServerClient,
        link: Link,
        clock: Clock,
        *,
        every_s: float,
        boot: str,
        deployment: Callable[[], Deployment],
        stations: Callable[[], Mapping[str, int]],
        synchronised: Callable[[], bool],
    ) -> None:
        """``stations`` gives the stations to report and how many of their images wait for upload."""
        self._watch = StationWatch(folders, clock)
        self._folders = folders
        self._client = client
        self._link = link
        self._clock = clock
        self._every_s = every_s
        self._boot = boot
        self._deployment = deployment
        self._stations = stations
        self._synchronised = synchronised
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Something that the server wants to know at once."""
        self._changed.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            self._changed.clear()
            state = self.compose()
            try:
                await self._client.report(state)
            except FAILURES as error:
                await asyncio.sleep(self._link.failed("reports", error))
                continue
            self._link.worked("reports")
            await self._pause(state)

    def compose(self) -> ReportedState:
        deployment, now = self._deployment(), self._clock.now()
        return ReportedState(
            reported_at=now,
            software=goodpart.__version__,
            boot=self._boot,
            active_revision=deployment.active_revision,
            target_revision=deployment.revision,
            stage=deployment.stage,
            detail=deployment.said,
            stations=tuple(self._watch.report(station, waiting) for station, waiting in self._stations().items()),
            disk_free_mb=shutil.disk_usage(self._folders.root).free // _MEGABYTE,
            clock=clock_quality(now, None, synchronised=self._synchronised()),
            commands=(WATCH,),
        )

    async def _pause(self, reported: ReportedState) -> None:
        """Until something matters that was not reported, or the time is up."""
        time = asyncio.get_running_loop().time
        until = time() + self._every_s
        await asyncio.sleep(_AT_MOST_EVERY_S)
        while time() < until and not self._changed.is_set() and what_matters(self.compose()) == what_matters(reported):
            try:
                await asyncio.wait_for(self._changed.wait(), _AT_MOST_EVERY_S)
            except TimeoutError:
                continue


def what_matters(state: ReportedState) -> tuple[object, ...]:
    """What is reported at once when it changes; counts and free space can wait for the next report."""
    return (
        state.active_revision,
        state.target_revision,
        state.stage,
        state.detail,
        state.clock,
        tuple((each.station, each.state, each.mode, each.detail, each.epoch) for each in state.stations),
    )
