"""Sends what a station recorded, and remembers what the server has. One per station.

Sent again whenever in doubt: the server knows duplicates by number and hash. What the server says it has goes first,
also where that is less than before: then it was restored from a backup, and gets the rest again.
"""

import asyncio
from pathlib import Path

import structlog

from goodpart.base.killpoints import KillPoint, reached
from goodpart.gateway.enrollment.errors import ServerRefusedError, UnusableAnswerError
from goodpart.gateway.folders import StationFolder
from goodpart.gateway.journal.errors import JournalError, JournalMissingError
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.settings import GatewaySettings
from goodpart.gateway.uplink.acknowledged import NOTHING, Acknowledged, Acknowledgements
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import FAILURES, Link
from goodpart.wire.batches import Batch, BatchAnswer, BatchHeader, encode_batch
from goodpart.wire.events import chain_hash

_log = structlog.get_logger("uplink")
_TOO_LARGE = 413
_JOURNAL_ASKED_AGAIN_S = 5.0
_JOURNAL_AWAITED_S = 0.1
_LOOKED_AT_LEAST_EVERY_S = 0.25
"""For what the last event's number does not tell: another journal in the place of this one."""


class EventSender:
    """Reads the journal of one station after the last acknowledged event and sends what it finds."""

    def __init__(
        self,
        folder: StationFolder,
        acknowledgements: Acknowledgements,
        client: ServerClient,
        link: Link,
        settings: GatewaySettings,
        *,
        set_aside: Path | None = None,
    ) -> None:
        """``set_aside``: a damaged journal to be sent in place of the station's own; see `finish`."""
        self._folder = folder
        self._acknowledgements = acknowledgements
        self._client = client
        self._link = link
        self._settings = settings
        journal = set_aside or folder.journal
        self._loop = f"events {folder.station} {journal.name}"
        self._journal = JournalReader(journal)
        self._epoch = ""
        self._reached = NOTHING
        self._limit = settings.batch_events
        self._branch = 0
        self._unreadable = ""

    @property
    def epoch(self) -> str:
        """Of the journal that is being sent; empty before its first reading."""
        return self._epoch

    @property
    def acknowledged(self) -> int:
        """The last event of that epoch that the server has."""
        return self._reached.number

    async def run(self) -> None:
        """Never returns. A new event is on its way within one look at the journal."""
        while True:
            try:
                pause = 0.0 if await self.send_next() else await self._wait_for_change()
            except FAILURES as error:
                self._shorten_after(error)
                pause = self._link.failed(self._loop, error)
            except JournalMissingError:
                pause = _JOURNAL_AWAITED_S  # the station has not started yet
            except JournalError as error:
                self._say_once(error)
                pause = _JOURNAL_ASKED_AGAIN_S
            await asyncio.sleep(pause)

    async def finish(self) -> None:
        """Send what can still be read of a journal that was set aside; returns at its end, or where it is damaged."""
        while True:
            try:
                if not await self.send_next():
                    break
            except (JournalError, UnusableAnswerError) as error:
                if isinstance(error, JournalError) and self._limit > 1:
                    self._limit //= 2  # up to the very line that cannot be read
                    continue
                _log.error("journal_ends_here", station=self._folder.station, sent=self.acknowledged, cause=error.cause)
                break
            except FAILURES as error:
                self._shorten_after(error)
                await asyncio.sleep(self._link.failed(self._loop, error))
        self._link.worked(self._loop)
        self.close()

    async def send_next(self) -> bool:
        """Send one batch. False where the server has everything.

        Raises what a call to the server raises, and `JournalError`.
        """
        self._find_place()
        first = self._reached.number + 1
        lines = self._journal.lines(first - 1, limit=self._limit, max_bytes=self._settings.batch_bytes)
        if not lines:
            return False
        header = BatchHeader(station=self._folder.station, epoch=self._epoch, first=first)
        content = encode_batch(Batch(header=header, lines=tuple(lines)))
        reached(KillPoint.UPLINK_BEFORE_SENDING)
        answer = await self._client.send_events(content)
        self._take_answer(answer, first, lines)
        self._link.worked(self._loop)
        self._unreadable = ""
        return True

    def close(self) -> None:
        self._journal.close()

    async def _wait_for_change(self) -> float:
        """Until the journal's last event is another one; for a short while at most, after which all is looked at.

        Neither time nor size of the journal's files tell: a write-ahead log is written over from its start.
        """
        time = asyncio.get_running_loop().time
        until = time() + _LOOKED_AT_LEAST_EVERY_S
        while time() < until:
            await asyncio.sleep(self._settings.journal_poll_ms / 1000)
            if self._journal.last_number() != self._reached.number:
                break
        return 0.0

    def _find_place(self) -> None:
        """Where to go on. Another epoch is another journal; a journal that was restored from a copy starts again."""
        epoch = self._journal.epoch
        place = self._reached if epoch == self._epoch else self._acknowledgements.events(epoch)
        if place.number and self._chain_at(place.number) != place.chain:
            _log.warning("journal_is_another", station=self._folder.station, acknowledged=place.number)
            place = NOTHING
            self._acknowledgements.store_events(epoch, place)
        self._epoch, self._reached = epoch, place

    def _chain_at(self, number: int) -> str:
        """The hash of the journal's line ``number``; empty where there is none."""
        lines = self._journal.lines(number - 1, limit=1) if number else []
        return chain_hash(lines[0]) if lines else ""

    def _take_answer(self, answer: BatchAnswer, first: int, lines: list[bytes]) -> None:
        # A server may know more of this epoch than this journal has, if the journal was restored from a copy. Those
        # events are not the ones that come next here: believe it up to what was sent.
        number = max(0, min(answer.committed, first + len(lines) - 1))
        if number == first - 1:
            raise UnusableAnswerError(
                f"The server took none of the events {first} to {first + len(lines) - 1} of {self._folder.station}.",
                "Look at the server's log.",
            )
        if number < first - 1:
            _log.warning("server_has_less", station=self._folder.station, committed=number, acknowledged=first - 1)
        if answer.branch != self._branch:
            _log.warning("journal_forked", station=self._folder.station, branch=answer.branch)
            self._branch = answer.branch
        chain = chain_hash(lines[number - first]) if number >= first else self._chain_at(number)
        reached(KillPoint.UPLINK_BEFORE_STORING_ACKNOWLEDGEMENT)
        self._reached = Acknowledged(number, chain)
        self._acknowledgements.store_events(self._epoch, self._reached)

    def _shorten_after(self, error: Exception) -> None:
        if isinstance(error, ServerRefusedError) and error.status == _TOO_LARGE:
            self._limit = max(1, self._limit // 2)

    def _say_once(self, error: JournalError) -> None:
        if error.cause != self._unreadable:
            self._unreadable = error.cause
            _log.error("journal_unreadable", station=self._folder.station, cause=error.cause, code=error.code)
