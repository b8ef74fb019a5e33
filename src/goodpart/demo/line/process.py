"""The line as a process: builds it, says where it is, and ends with its parent or on a signal."""

import asyncio
import gc
import json
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from goodpart.base.clock import Clock
from goodpart.demo.line.control import Control
from goodpart.demo.line.listening import listening
from goodpart.demo.line.machine import Feed
from goodpart.demo.line.memory import Memory
from goodpart.demo.line.pictures import PictureFolder
from goodpart.demo.line.running import Line
from goodpart.demo.line.schedule import Schedule
from goodpart.demo.line.sources import DrawnParts, PartSource

_HELD = Feed(parts=0, running=False)


@dataclass(frozen=True)
class LineSettings:
    """``feed`` is what the line starts with; ports may be 0 for any free one."""

    folder: Path
    station: str = "station1"
    plc_port: int = 0
    http_port: int = 0
    control_port: int = 0
    cycle_ms: int = 1000
    deadline_ms: int = 500
    changeover_every: int = 120
    images: Path | None = None
    seed: int = 1
    parent_pid: int | None = None
    feed: Feed = _HELD


async def serve(settings: LineSettings, clock: Clock, announce: Callable[[str], None]) -> None:
    """Run the line until a signal or the end of the parent. ``announce`` gets one line of JSON when it is ready.

    Raises `GoodpartError` when folder, pictures or ports cannot be used.
    """
    stopping = asyncio.Event()
    _stop_on_signals(stopping)
    if settings.parent_pid is not None and not _stop_with(settings.parent_pid, stopping):
        return
    source = _source(settings)
    schedule = Schedule(
        settings.seed, settings.cycle_ms / 1000, source.part_numbers, changeover_every=settings.changeover_every
    )
    async with AsyncExitStack() as stack:
        memory = Memory(settings.folder)
        stack.callback(memory.close)
        line = Line(settings.station, schedule, source, memory, clock, settings.deadline_ms / 1000)
        stack.push_async_callback(line.stop)
        await line.start(settings.plc_port)
        camera_port, control_port = await stack.enter_async_context(
            listening((line.camera.app, settings.http_port), (Control(line).app, settings.control_port))
        )
        # The address space of the PLC stays until the end: collections need not go through it, at the end least of all.
        gc.freeze()
        await line.feed(settings.feed)
        announce(
            json.dumps(
                {
                    "plc_url": line.plc.url,
                    "camera_url": f"http://127.0.0.1:{camera_port}{line.camera.path}",
                    "control_url": f"http://127.0.0.1:{control_port}",
                }
            )
        )
        working = asyncio.create_task(line.run())
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if working.done():
            working.result()
        working.cancel()
        await asyncio.wait((working,))


def _source(settings: LineSettings) -> PartSource:
    if settings.images is not None:
        return PictureFolder(settings.images, settings.seed)
    return DrawnParts(settings.seed)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)


def _stop_with(parent_pid: int, stopping: asyncio.Event) -> bool:
    """Stop when process ``parent_pid`` ends. Answers false if it already has.

    A process descriptor becomes readable at the end of its process, and cannot mean another one that got its number.
    """
    try:
        descriptor = os.pidfd_open(parent_pid)
    except ProcessLookupError:
        return False
    asyncio.get_running_loop().add_reader(descriptor, stopping.set)
    return True
