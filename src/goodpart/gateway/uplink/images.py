"""Uploads the images that a station kept: those of bad, unsure and unread parts first. One per station."""

import asyncio
from pathlib import Path

import structlog

from goodpart.gateway.enrollment.errors import ServerRefusedError
from goodpart.gateway.folders import StationFolder
from goodpart.gateway.journal.errors import JournalError
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.journal.rows import ImageRow
from goodpart.gateway.uplink.acknowledged import Acknowledgements
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.events import EventSender
from goodpart.gateway.uplink.link import FAILURES, Link
from goodpart.wire.verdicts import Verdict

_log = structlog.get_logger("uplink")
_LOOK_AHEAD = 2000
"""Among so many images the urgent ones are picked."""
_AT_A_TIME = 8
"""So many are uploaded before the urgent ones are picked anew."""
_ASKED_EVERY_S = 0.25
_TIDIED_EVERY_S = 1800.0
_OF_THE_IMAGE = frozenset({400, 404, 409, 413, 415, 422})
"""Refusals that say something about this one image: it is left out, and the next one gets its turn."""


class ImageSender:
    """Follows the events: an image goes up once the server has the event that names it."""

    def __init__(
        self,
        folder: StationFolder,
        acknowledgements: Acknowledgements,
        events: EventSender,
        client: ServerClient,
        link: Link,
        places: asyncio.Semaphore,
    ) -> None:
        """``places`` bounds the uploads of all stations together."""
        self._folder = folder
        self._acknowledgements = acknowledgements
        self._events = events
        self._client = client
        self._link = link
        self._places = places
        self._loop = f"images {folder.station}"
        self._journal = JournalReader(folder.journal)
        self._epoch = ""
        self._offered_before = 0
        self._left_out: set[str] = set()
        self.waiting = 0
        """Images within sight that the server does not have yet."""

    async def run(self) -> None:
        """Never returns."""
        time = asyncio.get_running_loop().time
        tidy_at = time() + _TIDIED_EVERY_S
        while True:
            if time() >= tidy_at:
                await self.forget_evicted()
                tidy_at = time() + _TIDIED_EVERY_S
            try:
                pause = 0.0 if await self.send_next() else _ASKED_EVERY_S
            except FAILURES as error:
                pause = self._link.failed(self._loop, error)
            except JournalError:
                pause = 5.0  # the loop that sends the events says so
            await asyncio.sleep(pause)

    async def send_next(self) -> bool:
        """Upload the next few. False where the server has all images of the events that it has.

        Raises what a call to the server raises, and `JournalError`.
        """
        epoch = self._events.epoch
        if not epoch or epoch != self._journal.epoch:
            return False
        if epoch != self._epoch:
            # What was named before this process began may be there already: asked for before it is sent.
            self._epoch, self._offered_before = epoch, self._events.acknowledged
        done = min(self._acknowledgements.uploads_done(epoch), self._events.acknowledged)
        rows = self._journal.images_after(done, limit=_LOOK_AHEAD)
        in_turn = [row for row in rows if row.number <= self._events.acknowledged]
        missing = [row for row in in_turn if not self._is_settled(row)]
        self.waiting = len({row.sha256 for row in missing})
        if not missing:
            self._move_on(epoch, done, in_turn, cut=len(rows) == _LOOK_AHEAD and in_turn == rows)
            return False
        chosen = {row.sha256: row for row in sorted(missing, key=_urgency)[:_AT_A_TIME]}
        outcomes = await asyncio.gather(*(self._send(epoch, row) for row in chosen.values()), return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failed:
            raise failed[0]
        self._link.worked(self._loop)
        return True

    async def forget_evicted(self) -> None:
        """Images whose files the station has evicted are asked about no more."""
        known = self._acknowledgements.uploaded()
        gone = await asyncio.to_thread(lambda: [each for each in known if not self._folder.image(each).exists()])
        self._acknowledgements.forget_images(gone)

    def close(self) -> None:
        self._journal.close()

    async def _send(self, epoch: str, row: ImageRow) -> None:
        async with self._places:
            try:
                if row.number > self._offered_before or not await self._client.has_image(row.sha256):
                    content = await asyncio.to_thread(_read, self._folder.image(row.sha256))
                    if content is None:
                        self._leave_out(row, "its file is gone")
                        return
                    await self._client.put_image(row.sha256, content, row.media_type)
            except ServerRefusedError as error:
                if error.status not in _OF_THE_IMAGE:
                    raise
                self._leave_out(row, error.cause)
                return
        self._acknowledgements.store_uploaded(row.sha256, epoch, row.number)

    def _is_settled(self, row: ImageRow) -> bool:
        return row.sha256 in self._left_out or self._acknowledgements.is_uploaded(row.sha256)

    def _leave_out(self, row: ImageRow, why: str) -> None:
        self._left_out.add(row.sha256)
        _log.error("image_left_out", station=self._folder.station, sha256=row.sha256, number=row.number, cause=why)

    def _move_on(self, epoch: str, done: int, settled: list[ImageRow], *, cut: bool) -> None:
        """Look no more at events whose images are all settled. The last one of a ``cut`` list may have more."""
        number = max((row.number for row in settled), default=done) - (1 if cut else 0)
        if number > done:
            self._acknowledgements.store_uploads_done(epoch, number)
            self._left_out.clear()


def _urgency(row: ImageRow) -> tuple[bool, int]:
    """Sorts the most urgent first: what a person has to look at, and of that the oldest."""
    return (row.verdict is Verdict.GOOD, row.number)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
