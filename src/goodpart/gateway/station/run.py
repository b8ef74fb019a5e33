"""The station's process, built from its wiring."""

import asyncio
import gc
import signal
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import goodpart
from goodpart.base.clock import Clock
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.enrollment.identity import read_signing_keys
from goodpart.gateway.folders import GatewayFolders, StationFolder
from goodpart.gateway.health.boot import read_boot_id
from goodpart.gateway.journal.clock_quality import kernel_clock_synchronised
from goodpart.gateway.journal.images import ImageStore
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.journal.writer import JournalWriter
from goodpart.gateway.previews.mailbox import PreviewMailbox
from goodpart.gateway.station.activation import Activation
from goodpart.gateway.station.alarms import Alarms
from goodpart.gateway.station.count import PartCount
from goodpart.gateway.station.drivers import Drivers, find_drivers
from goodpart.gateway.station.machine import EjectLog
from goodpart.gateway.station.outputs import OutputGate
from goodpart.gateway.station.part import PartLooker
from goodpart.gateway.station.parts import Parts
from goodpart.gateway.station.previews import Previews
from goodpart.gateway.station.recipes import LoadedRecipes, LoadEye
from goodpart.gateway.station.records import Records
from goodpart.gateway.station.sight import Eye, PackageEye
from goodpart.gateway.station.station import Station
from goodpart.gateway.station.watch import Watch
from goodpart.gateway.uplink.acknowledged import uploaded_images
from goodpart.wire.events import Event, InspectionRecorded

_REMEMBERED_EVENTS = 300
T = TypeVar("T")


def package_eyes(folders: GatewayFolders) -> LoadEye:
    """Makes eyes of the packages in the data folder, if a key that is accepted now signed them."""

    def load(sha256: str) -> Eye:
        _, keys = read_signing_keys(folders)
        cache = folders.root / "cache"
        cache.mkdir(exist_ok=True)
        return PackageEye.load(folders.package(sha256), sha256, keys, cache)

    return load


async def run_station(folders: GatewayFolders, station: str, clock: Clock, load_eye: LoadEye) -> None:
    """Serve one station until SIGTERM or SIGINT, or until it has to begin anew.

    Raises `JournalError`, `DriverSettingsError` and `DriverUnknownError`, and whatever ended one of its loops.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as opened:
        journal = Journal.open(
            folders.station(station).journal,
            station=station,
            clock=clock,
            boot=read_boot_id(),
            synchronised=kernel_clock_synchronised,
        )
        opened.callback(journal.close)
        activation = Activation(folders, station, load_eye)
        opened.callback(activation.close)
        recipes = await _unless(stopped, activation.first())
        if recipes is not None:
            drivers = find_drivers(recipes.station, DriverContext(station=station, clock=clock))
            serving = build_station(folders, recipes, drivers, journal, activation, clock, opened)
            _forgo_collections()
            stopping = asyncio.create_task(stopped.wait())
            stopping.add_done_callback(lambda _: serving.stop())
            opened.callback(stopping.cancel)
            await serving.run()


def build_station(
    folders: GatewayFolders,
    recipes: LoadedRecipes,
    drivers: Drivers,
    journal: Journal,
    activation: Activation,
    clock: Clock,
    opened: AsyncExitStack,
) -> Station:
    """Everything of one station, put together. ``opened`` closes it again, the journal's thread last."""
    name = recipes.station.station
    folder = folders.station(name)
    recent = journal.tail(_REMEMBERED_EVENTS)
    pending, open_alarms = journal.pending(), journal.open_alarms()
    writer = JournalWriter(journal)
    opened.callback(writer.close)
    records = Records(writer)
    images = _open_images(folder, writer, recipes.station.image_store_mb, opened)
    previews = Previews(PreviewMailbox(folder, clock, boot=read_boot_id()))
    opened.callback(previews.close)
    for driver in (drivers.camera, drivers.output, drivers.signals, drivers.trigger):
        opened.push_async_callback(driver.close)
    looker = _open_looker(drivers, clock, opened)
    count = _continue_count(journal, recent, records, clock)
    ejects = EjectLog(recent)
    watch = Watch(folder.watch)
    opened.callback(watch.save)
    alarms = Alarms(records, name, open_alarms)
    if journal.replaces is not None:
        alarms.set_to("journal_damaged", f"A damaged journal is kept as {journal.replaces.name}.")
    gate = OutputGate(drivers.output, records, clock, pending)
    return Station(
        name,
        folder.status,
        clock,
        drivers=drivers,
        parts=Parts(drivers.trigger, looker, gate, count, records, images, previews, ejects, watch, clock, recipes),
        looker=looker,
        count=count,
        records=records,
        images=images,
        previews=previews,
        ejects=ejects,
        watch=watch,
        alarms=alarms,
        activation=activation,
    )


def _open_images(folder: StationFolder, writer: JournalWriter, bound_mb: int, opened: AsyncExitStack) -> ImageStore:
    images = ImageStore(
        folder.images,
        writer,
        JournalReader(folder.journal),
        bound_bytes=bound_mb * 1_000_000,
        uploaded=lambda contents: uploaded_images(folder.uplink, contents),
    )
    opened.callback(images.close)
    return images


def _open_looker(drivers: Drivers, clock: Clock, opened: AsyncExitStack) -> PartLooker:
    """Its eye has a thread of its own: a part that is looked at keeps nobody waiting."""
    eye_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="eye")
    opened.callback(eye_thread.shutdown, wait=False, cancel_futures=True)
    return PartLooker(drivers.camera, drivers.trigger, clock, eye_thread)


def _continue_count(journal: Journal, recent: Sequence[Event], records: Records, clock: Clock) -> PartCount:
    """From the last part that is on record."""
    known = [event.body.part_number for event in recent if isinstance(event.body, InspectionRecorded)]
    return PartCount(
        records,
        clock,
        software=goodpart.__version__,
        baseline=journal.baseline_sequence,
        last=journal.last_sequence,
        part_number=known[-1] if known else "",
    )


def _forgo_collections() -> None:
    """No part waits for the garbage collector: what is loaded is not looked at again, the rest between two parts."""
    gc.collect()
    gc.freeze()
    gc.disable()


async def _unless(stopped: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``, or None where the process is told to stop before there is one."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stopped.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
