"""A station in the test's own process, on a machine in memory; all else is real: loops, journal, image writer."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from goodpart.base.clock import SystemClock
from goodpart.gateway.journal.errors import JournalFullError
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reserve import Reserve
from goodpart.gateway.station.activation import Activation
from goodpart.gateway.station.drivers import Drivers
from goodpart.gateway.station.recipes import LoadEye
from goodpart.gateway.station.run import build_station
from goodpart.gateway.station.sight import Eye
from goodpart.gateway.station.station import Station
from goodpart.wire.desired import StationSpec
from goodpart.wire.events import AlarmChanged, Event, EventBody, InspectionRecorded
from tests.fakes.eyes import ReadingEye, picture
from tests.fakes.gateway_children import JournalContent
from tests.fakes.gateways import STATION, EnrolledGateway, recipe, station
from tests.fakes.machine import HeldCamera, Machine, MachineOutput, MachineSignals, MachineTrigger
from tests.fakes.waiting import eventually


class JournalOnSmallDisk(Journal):
    """A real journal whose disk a test fills."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.is_without_space = False
        self.refused = 0

    def append(self, *bodies: EventBody, before_commit: Callable[[], None] | None = None) -> tuple[Event, ...]:
        if self.is_without_space:
            self.refused += any(isinstance(one, InspectionRecorded) for one in bodies)
            raise JournalFullError("There is no space left for the journal.", "Free space.")
        return super().append(*bodies, before_commit=before_commit)


class RunningStation:
    """`start` and `crash` as often as a test likes; machine, data folder and journal stay."""

    def __init__(self, root: Path, spec: StationSpec | None = None) -> None:
        self.gateway = EnrolledGateway(root)
        self.machine = Machine()
        self.camera = HeldCamera(picture(0.5))
        self.name = STATION
        self._load_eye: LoadEye = lambda _: ReadingEye()
        self.gateway.activate(1, spec or station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/", recipe()))
        self.journal_content = JournalContent(self.gateway.folders)
        self.journal: JournalOnSmallDisk | None = None
        self._opened: AsyncExitStack | None = None
        self._task: asyncio.Task[str] | None = None
        self._station: Station | None = None

    async def start(self) -> None:
        folders, clock = self.gateway.folders, SystemClock()
        folder = folders.station(STATION)
        self._opened = AsyncExitStack()
        self.journal = JournalOnSmallDisk.open(
            folder.journal,
            station=STATION,
            clock=clock,
            boot="boot-1",
            synchronised=lambda: True,
            reserve=Reserve(folder.root / "journal.reserve", 65536),
        )
        activation = Activation(folders, STATION, self._load_package)
        self._opened.callback(activation.close)
        recipes = await activation.first()
        drivers = Drivers(
            self.camera, MachineTrigger(self.machine), MachineSignals(self.machine), MachineOutput(self.machine)
        )
        self._station = build_station(folders, recipes, drivers, self.journal, activation, clock, self._opened)
        self._task = asyncio.create_task(self._station.run())

    def _load_package(self, sha256: str) -> Eye:
        return self._load_eye(sha256)

    def reload_with(self, load_eye: LoadEye) -> None:
        """How packages are loaded from now on."""
        self._load_eye = load_eye

    def fill_disk(self) -> None:
        """From now on no record finds space, as on a full disk whose reserve is used up."""
        assert self.journal is not None
        self.journal.is_without_space = True

    def free_disk(self) -> None:
        assert self.journal is not None
        self.journal.is_without_space = False

    @property
    def refused(self) -> int:
        """How many commits with parts found no space."""
        assert self.journal is not None
        return self.journal.refused

    async def stop(self) -> str:
        """Told to stop, as by SIGTERM; why it ended."""
        assert self._station is not None
        self._station.stop()
        return await self.ended()

    async def ended(self) -> str:
        """Wait until it ends by itself; why."""
        assert self._task is not None
        assert self._opened is not None
        try:
            return await self._task
        finally:
            await self._opened.aclose()
            self._task = None

    async def crash(self) -> None:
        """End in the middle of whatever it does."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        assert self._opened is not None
        await self._opened.aclose()
        self._task = None

    async def close(self) -> None:
        if self._task is not None:
            await self.crash()

    def come_back(self) -> None:
        """The machine can be reached by a station that starts anew."""
        self.machine.events = asyncio.Queue()
        self.machine.signals = asyncio.Queue()
        self.machine.find_link()

    async def recorded(self, count: int) -> None:
        """Wait for so many inspections, each with the end of its output."""
        await eventually(lambda: len(self.journal_content.inspections()) >= count and self._settled())

    def _settled(self) -> bool:
        if self._task is not None and self._task.done():
            self._task.result()
        driven = {
            one.inspection
            for one in self.journal_content.inspections()
            if one.output is not None and not one.output.suppressed
        }
        return driven == {one.inspection for one in self.journal_content.outputs()}

    def bodies(self, kind: type) -> list[Event]:
        return [event for event in self.journal_content.events() if isinstance(event.body, kind)]

    def open_alarms(self) -> set[str]:
        """The codes of the alarms that the journal has as raised."""
        codes: set[str] = set()
        for event in self.bodies(AlarmChanged):
            assert isinstance(event.body, AlarmChanged)
            (codes.add if event.body.raised else codes.discard)(event.body.code)
        return codes
