"""What this gateway runs and how it is, told to the server on every change and every few seconds."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sent:
    """How far the uplink has come with what a station recorded."""

    images_waiting: int = 0
    epoch: str = ""
    acknowledged: int = 0
    """The last event of that epoch that the server has."""

    def events_waiting(self, epoch: str, last: int) -> int:
        """Of a journal whose last event is number ``last``: those that the server is not known to have."""
        return max(0, last - self.acknowledged) if epoch == self.epoch else last


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

    def report(self, station: str, sent: Sent) -> StationReport:
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
            images_waiting=status.images_waiting + sent.images_waiting,
            last_sequence=status.last_sequence,
            revision=status.desired_revision,
            events_waiting=sent.events_waiting(status.epoch, status.journal_number),
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
        stations: Callable[[], Mapping[str, Sent]],
        synchronised: Callable[[], bool],
    ) -> None:
        """``stations`` gives the stations to report and what the server has of them."""
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
        disk = shutil.disk_usage(self._folders.root)
        return ReportedState(
            reported_at=now,
            software=goodpart.__version__,
            boot=self._boot,
            active_revision=deployment.active_revision,
            target_revision=deployment.revision,
            stage=deployment.stage,
            detail=deployment.said,
            stations=tuple(self._watch.report(station, sent) for station, sent in self._stations().items()),
            disk_free_mb=disk.free // _MEGABYTE,
            disk_total_mb=disk.total // _MEGABYTE,
            clock=clock_quality(now, None, synchronised=self._synchronised()),
            commands=(WATCH,),
        )

    async def _pause(self, reported: ReportedState) -> None:
        """Until something matters that was not reported, or the time is up."""
        time = asyncio.get_running_loop().time
        until = time() + self._every_s
        await asyncio.sleep(_AT_MOST_EVERY_S)
        while time() < until and not self._changed.is_set() and what_matters(self.compose()) == what_matters(reported):
            with suppress(TimeoutError):
                async with asyncio.timeout(_AT_MOST_EVERY_S):
                    await self._changed.wait()


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
