"""Small pictures of the parts for who looks at the station from afar, while somebody does. Nothing of it is kept.

A part is offered once its output is written. A thread that gives way to everything else makes the picture, at most
one in `AT_MOST_EVERY_S`; of the parts that come meanwhile the newest is next, and the others are never shown.
"""

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import structlog

from goodpart.base.errors import GoodpartError
from goodpart.gateway.cameras.port import Picture
from goodpart.gateway.previews.mailbox import PreviewMailbox
from goodpart.gateway.station.sight import Sight
from goodpart.vision.preview import render_preview
from goodpart.wire.events import InspectionRecorded
from goodpart.wire.previews import AT_MOST_EVERY_S, LONGEST_PX, StationPreview
from goodpart.wire.verdicts import Verdict

_YIELDING = 15
"""Niceness of the thread: an inspection in another thread or process goes first."""
_log = structlog.get_logger("previews")


@dataclass(frozen=True)
class _Part:
    inspection: InspectionRecorded
    picture: Picture
    sight: Sight | None


class Previews:
    """One station's."""

    def __init__(self, mailbox: PreviewMailbox) -> None:
        self._mailbox = mailbox
        self._newest: _Part | None = None
        self._offered = asyncio.Event()
        self._failed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="previews", initializer=_give_way)

    def offer(self, inspection: InspectionRecorded, picture: Picture | None, sight: Sight | None) -> None:
        """A part that is done with. From the event loop; never waits, and does nothing while nobody looks."""
        if picture is not None and self._mailbox.is_leased():
            self._newest = _Part(inspection, picture, sight)
            self._offered.set()

    async def send(self) -> None:
        """Make a preview of the newest part, one after the other. Without end."""
        loop = asyncio.get_running_loop()
        while True:
            await self._offered.wait()
            self._offered.clear()
            part, self._newest = self._newest, None
            started = loop.time()
            if part is not None:
                await loop.run_in_executor(self._thread, self._make, part)
            await asyncio.sleep(started + AT_MOST_EVERY_S - loop.time())

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _make(self, part: _Part) -> None:
        """A preview that cannot be made is left out: said once, until one can be made again."""
        try:
            has_heat = part.sight is not None and part.inspection.verdict is not Verdict.GOOD
            preview = StationPreview(
                inspection=part.inspection,
                frame=render_preview(part.picture.content, "The camera's picture", LONGEST_PX),
                heat=part.sight.render_heat() if part.sight is not None and has_heat else b"",
            )
            self._mailbox.put(msgspec.json.encode(preview))
        except (GoodpartError, OSError, RuntimeError) as error:  # the last is an encoder's
            if not self._failed:
                _log.warning("preview_left_out", cause=str(error))
            self._failed = True
        else:
            self._failed = False


def _give_way() -> None:
    with suppress(OSError):  # a system without niceness of threads
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _YIELDING)
