"""The journal as its station writes it. Synchronous and for one thread; a station awaits
`goodpart.gateway.journal.writer` instead."""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Self

from goodpart.base.clock import Clock
from goodpart.base.ids import new_id
from goodpart.gateway.journal.clock_quality import clock_quality
from goodpart.gateway.journal.errors import JournalDamagedError, JournalFullError
from goodpart.gateway.journal.failures import translated
from goodpart.gateway.journal.integrity import check_tail, prepare, salvaged_sequence, set_aside
from goodpart.gateway.journal.reserve import Reserve
from goodpart.gateway.journal.rows import IMAGE_COLUMNS, OpenOutput
from goodpart.wire.events import (
    CHAIN_START,
    Action,
    AlarmChanged,
    Event,
    EventBody,
    ImagesKept,
    InspectionRecorded,
    OutputRecorded,
    StationStarted,
    chain_hash,
    decode_event,
    encode_event,
)
from goodpart.wire.verdicts import Verdict

FILE_NAME = "journal.db"
_CHECKPOINT_BYTES = 4 * 1024 * 1024
_INSPECTION_SEARCHED_IN = 1000


class Journal:
    """Appends events, each commit on disk (WAL, synchronous FULL) before `append` returns."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        *,
        clock: Clock,
        boot: str,
        reserve: Reserve,
        synchronised: Callable[[], bool],
    ) -> None:
        """Use `Journal.open`. ``synchronised`` says whether a time service disciplines this machine's clock."""
        self.path = path
        self.reserve = reserve
        self.replaces: Path | None = None
        """The damaged journal, renamed, that this one began in the place of."""
        self._connection = connection
        self._clock = clock
        self._boot = boot
        self._synchronised = synchronised
        row = connection.execute("SELECT epoch, baseline_sequence, last_sequence FROM journal").fetchone()
        self.epoch: str = row[0]
        self.baseline_sequence: int | None = row[1]
        self.last_sequence: int | None = row[2]
        """The part number accounted for last; None before the station took its place in the count."""
        tail = check_tail(connection, path, self.epoch)
        self.last_number = tail[0].number if tail else 0
        self._chain = chain_hash(tail[1]) if tail else CHAIN_START
        self._last_wall = tail[0].wall if tail else None

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        station: str,
        clock: Clock,
        boot: str,
        synchronised: Callable[[], bool],
        reserve: Reserve | None = None,
    ) -> Self:
        """Open the journal at ``path``, or begin a new epoch there.

        A damaged file is renamed beside it and a new epoch begins, with an alarm as its first event: a station
        without a journal would inspect nothing at all. Raises `JournalVersionError`, `JournalFullError` and
        `JournalError`.
        """
        space = reserve or Reserve(path.with_name("journal.reserve"))
        begin = partial(
            cls._begin, path, station=station, clock=clock, boot=boot, synchronised=synchronised, reserve=space
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            journal = begin()
        except JournalFullError:
            if not space.free():
                raise
            return begin()
        except JournalDamagedError as error:
            aside = set_aside(path, clock.now())
            journal = begin()
            journal._begin_in_place_of(aside, station, error)
        space.hold()
        return journal

    @classmethod
    def _begin(
        cls,
        path: Path,
        *,
        station: str,
        clock: Clock,
        boot: str,
        synchronised: Callable[[], bool],
        reserve: Reserve,
    ) -> Self:
        try:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
            try:
                now = clock.now()
                prepare(connection, path, station=station, epoch=new_id(now), now=now)
                return cls(path, connection, clock=clock, boot=boot, reserve=reserve, synchronised=synchronised)
            except BaseException:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise translated(error, path) from error

    def _begin_in_place_of(self, aside: Path, station: str, error: JournalDamagedError) -> None:
        self.replaces = aside
        self.baseline_sequence = self.last_sequence = salvaged_sequence(aside)
        self._connection.execute(
            "UPDATE journal SET baseline_sequence = ?, last_sequence = ?", (self.baseline_sequence, self.last_sequence)
        )
        detail = f"{error.cause} It is kept as {aside.name}; a new journal began."
        self.append(AlarmChanged(code=error.code, subject=station, raised=True, detail=detail))

    def append(self, *bodies: EventBody, before_commit: Callable[[], None] | None = None) -> tuple[Event, ...]:
        """Record ``bodies`` in this order, in one commit. On disk when this returns.

        Raises `JournalFullError` once the reserve is used up too, and `JournalDamagedError`; nothing is recorded then
        and the next event gets the number that this one would have had. ``before_commit`` runs when all is written
        but nothing is durable.
        """
        try:
            return self._commit(bodies, before_commit)
        except JournalFullError:
            if not self.reserve.free():
                raise
            return self._commit(bodies, before_commit)

    def _commit(self, bodies: Iterable[EventBody], before_commit: Callable[[], None] | None) -> tuple[Event, ...]:
        events: list[Event] = []
        number, chain, wall = self.last_number, self._chain, self._last_wall
        baseline, sequence = self.baseline_sequence, self.last_sequence
        synchronised = self._synchronised()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for body in bodies:
                now = self._clock.now()
                event = Event(
                    epoch=self.epoch,
                    number=number + 1,
                    previous=chain,
                    boot=self._boot,
                    wall=now,
                    monotonic_ns=self._clock.monotonic_ns(),
                    clock=clock_quality(now, wall, synchronised=synchronised),
                    body=body,
                )
                line = encode_event(event)
                self._connection.execute("INSERT INTO events (number, line) VALUES (?, ?)", (event.number, line))
                self._project(event.number, body)
                if isinstance(body, InspectionRecorded):
                    sequence = body.sequence
                elif isinstance(body, StationStarted) and baseline is None:
                    baseline = sequence = body.baseline_sequence
                number, chain, wall = event.number, chain_hash(line), now
                events.append(event)
            if (baseline, sequence) != (self.baseline_sequence, self.last_sequence):
                self._connection.execute(
                    "UPDATE journal SET baseline_sequence = ?, last_sequence = ?", (baseline, sequence)
                )
            if before_commit is not None:
                before_commit()
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise translated(error, self.path) from error
        except BaseException:
            self._roll_back()
            raise
        self.last_number, self._chain, self._last_wall = number, chain, wall
        self.baseline_sequence, self.last_sequence = baseline, sequence
        return tuple(events)

    def _project(self, number: int, body: EventBody) -> None:
        if isinstance(body, InspectionRecorded):
            if body.output is not None and not body.output.suppressed:
                self._connection.execute(
                    "INSERT INTO open_outputs (inspection, number, sequence, action) VALUES (?, ?, ?, ?)",
                    (body.inspection, number, body.sequence, body.output.action),
                )
        elif isinstance(body, OutputRecorded):
            self._connection.execute("DELETE FROM open_outputs WHERE inspection = ?", (body.inspection,))
        elif isinstance(body, AlarmChanged):
            change = "INSERT OR IGNORE INTO open_alarms VALUES (?, ?)"
            if not body.raised:
                change = "DELETE FROM open_alarms WHERE code = ? AND subject = ?"
            self._connection.execute(change, (body.code, body.subject))
        elif isinstance(body, ImagesKept):
            verdict = self._verdict_of(body.inspection)
            self._connection.executemany(
                f"INSERT INTO images ({IMAGE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
                (
                    (number, body.inspection, verdict, one.role, one.sha256, one.media_type, one.size_bytes)
                    for one in body.images
                ),
            )

    def _verdict_of(self, inspection: str) -> Verdict:
        """It decides how long an image stays. Images follow their inspection by some events, so this ends at once."""
        rows = self._connection.execute(
            "SELECT line FROM events ORDER BY number DESC LIMIT ?", (_INSPECTION_SEARCHED_IN,)
        )
        for (line,) in rows:
            body = decode_event(line).body
            if isinstance(body, InspectionRecorded) and body.inspection == inspection:
                return body.verdict
        return Verdict.UNSURE

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def pending(self) -> tuple[OpenOutput, ...]:
        """Inspections with an output that is not suppressed and whose end is not recorded, oldest first."""
        rows = self._connection.execute("SELECT inspection, sequence, action FROM open_outputs ORDER BY number")
        return tuple(OpenOutput(inspection, sequence, Action(action)) for inspection, sequence, action in rows)

    def open_alarms(self) -> frozenset[tuple[str, str]]:
        """Code and subject of every alarm that was raised here and not cleared."""
        return frozenset(self._connection.execute("SELECT code, subject FROM open_alarms"))

    def tail(self, limit: int) -> tuple[Event, ...]:
        """The last events, oldest first."""
        rows = self._connection.execute("SELECT line FROM events ORDER BY number DESC LIMIT ?", (limit,)).fetchall()
        return tuple(decode_event(line) for (line,) in reversed(rows))

    def mark_evicted(self, contents: Iterable[str]) -> None:
        """The files of these images (SHA-256) are gone from the disk."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("UPDATE images SET evicted = 1 WHERE sha256 = ?", ((one,) for one in contents))
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise translated(error, self.path) from error

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file once it is long: between two parts, so that no commit pays for it."""
        log = self.path.with_name(self.path.name + "-wal")
        if not log.exists() or log.stat().st_size < _CHECKPOINT_BYTES:
            return False
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        return True

    def close(self) -> None:
        self._connection.close()
