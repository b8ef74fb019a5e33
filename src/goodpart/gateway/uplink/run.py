"""``python -m goodpart.gateway.uplink --data D``: the uplink's process.

It ends by a signal alone, or with the loop that failed: the supervisor starts it again, and it goes on where it was.
"""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import structlog

from goodpart.base.clock import Clock
from goodpart.gateway.deployment.download import Packages
from goodpart.gateway.deployment.proof import ChildProver
from goodpart.gateway.deployment.runner import DeploymentRunner, Surroundings
from goodpart.gateway.deployment.store import DeploymentStore
from goodpart.gateway.enrollment.identity import read_enrolled
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.boot import read_boot_id
from goodpart.gateway.journal.clock_quality import kernel_clock_synchronised
from goodpart.gateway.settings import GatewaySettings
from goodpart.gateway.uplink.acknowledged import Acknowledgements
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.commands import CommandFollower
from goodpart.gateway.uplink.desired import DesiredWatcher
from goodpart.gateway.uplink.events import EventSender
from goodpart.gateway.uplink.images import ImageSender
from goodpart.gateway.uplink.link import Link
from goodpart.gateway.uplink.renewals import Renewer
from goodpart.gateway.uplink.reports import Reporter, Sent, StationWatch

_log = structlog.get_logger("uplink")
_STATIONS_LOOKED_FOR_EVERY_S = 0.5


class Uplink:
    """Builds the loops and runs them together."""

    def __init__(self, folders: GatewayFolders, settings: GatewaySettings, clock: Clock) -> None:
        """Raises `NotEnrolledError` and `IdentityDamagedError`. Inside a running event loop."""
        self._folders = folders
        self._settings = settings
        enrolled = read_enrolled(folders)
        self.link = Link(first_s=settings.retry_first_s, longest_s=settings.retry_longest_s)
        self.client = ServerClient(enrolled, settings, clock)
        self._places = asyncio.Semaphore(settings.image_uploads)
        self._senders: dict[str, tuple[EventSender, ImageSender]] = {}
        self._acknowledgements: dict[str, Acknowledgements] = {}
        self._set_aside: set[Path] = set()
        self._open = ExitStack()
        self.renewer = Renewer(folders, enrolled, self.client, self.link, clock)
        watch = StationWatch(folders, clock)
        self.runner = DeploymentRunner(
            DeploymentStore(folders, enrolled.gateway),
            Packages(folders, self.client, reserve_mb=settings.disk_reserve_mb),
            ChildProver(folders, timeout_s=settings.prove_timeout_s),
            Surroundings(
                gateway=enrolled.gateway,
                keys=lambda: self.renewer.enrolled.keys,
                running=watch.running,
                complaints=watch.complaints,
                pause_after=lambda error: self.link.failed("packages", error),
                not_fetching=lambda: self.link.worked("packages"),
                changed=self._report_soon,
            ),
            clock,
            activation_timeout_s=settings.activation_timeout_s,
        )
        self._watcher = DesiredWatcher(self.client, self.link, self.runner, wait_s=settings.desired_wait_s)
        self._commands = CommandFollower(folders, self.client, self.link, clock, wait_s=settings.desired_wait_s)
        self.reporter = Reporter(
            folders,
            self.client,
            self.link,
            clock,
            every_s=settings.report_every_s,
            boot=read_boot_id(),
            deployment=lambda: self.runner.state,
            stations=self._sent,
            synchronised=kernel_clock_synchronised,
        )

    async def run(self) -> None:
        """Until it is cancelled, or a loop fails."""
        enrolled = self.renewer.enrolled
        _log.info("uplink_started", gateway=enrolled.identity.name, server=enrolled.server.url)
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self.renewer.run(), name="renewals")
                loops.create_task(self.runner.run(), name="deployment")
                loops.create_task(self._watcher.run(), name="desired")
                loops.create_task(self._commands.run(), name="commands")
                loops.create_task(self.reporter.run(), name="reports")
                await self._follow_stations(loops)
        finally:
            self._open.close()
            await self.client.close()

    async def _follow_stations(self, loops: asyncio.TaskGroup) -> None:
        while True:
            for folder in self._folders.stations_on_disk():
                if folder.station not in self._senders:
                    self._begin_sending(folder, loops)
                for journal in folder.journals_set_aside():
                    if journal not in self._set_aside:
                        self._finish_sending(folder, journal, loops)
            await asyncio.sleep(_STATIONS_LOOKED_FOR_EVERY_S)

    def _begin_sending(self, folder: StationFolder, loops: asyncio.TaskGroup) -> None:
        acknowledgements = self._open.enter_context(Acknowledgements(folder.uplink))
        events = EventSender(folder, acknowledgements, self.client, self.link, self._settings)
        images = ImageSender(folder, acknowledgements, events, self.client, self.link, self._places)
        self._open.callback(events.close)
        self._open.callback(images.close)
        self._senders[folder.station] = (events, images)
        self._acknowledgements[folder.station] = acknowledgements
        loops.create_task(events.run(), name=f"events {folder.station}")
        loops.create_task(images.run(), name=f"images {folder.station}")

    def _finish_sending(self, folder: StationFolder, journal: Path, loops: asyncio.TaskGroup) -> None:
        """What a damaged journal still holds goes to the server once per start of this process."""
        self._set_aside.add(journal)
        known = self._acknowledgements[folder.station]
        sender = EventSender(folder, known, self.client, self.link, self._settings, set_aside=journal)
        loops.create_task(sender.finish(), name=f"events {folder.station} {journal.name}")

    def _sent(self) -> Mapping[str, Sent]:
        """Of every station that this gateway is told to run."""
        return {station: self._sent_of(station) for station in sorted(self.runner.stations)}

    def _sent_of(self, station: str) -> Sent:
        if station not in self._senders:
            return Sent()
        events, images = self._senders[station]
        return Sent(images_waiting=images.waiting, epoch=events.epoch, acknowledged=events.acknowledged)

    def _report_soon(self) -> None:
        self.reporter.changed()


async def run_uplink(folders: GatewayFolders, settings: GatewaySettings, clock: Clock) -> None:
    """Run until SIGTERM or SIGINT. Raises what stops the uplink otherwise."""
    running = asyncio.create_task(Uplink(folders, settings, clock).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        _log.info("uplink_stopped")
