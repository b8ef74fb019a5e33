"""Whether a file is the whole journal that it should be, and what is done where it is not."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from goodpart.gateway.journal.errors import JournalError, JournalVersionError
from goodpart.gateway.journal.failures import damaged
from goodpart.gateway.journal.schema import VERSION, migrate, version_of
from goodpart.wire.events import CHAIN_START, Event, UnreadableEventError, chain_hash, decode_event

CHECKED_AT_OPENING = 500
"""So many of the last lines are checked for gaps and a broken chain whenever a journal is opened."""


def prepare(connection: sqlite3.Connection, path: Path, *, station: str, epoch: str, now: datetime) -> None:
    """Make ``connection`` durable and its file a journal of ``station``; a new one gets ``epoch``.

    Raises `JournalError`, `JournalVersionError`, `JournalDamagedError`, or an error of SQLite.
    """
    if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise JournalError(
            f"The disk of {path} does not support a write-ahead log.", "Put the data folder on a local disk."
        )
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    found = version_of(connection)
    if found > VERSION:
        raise JournalVersionError(
            f"The journal {path} was written by a newer Goodpart (version {found}, this one knows {VERSION}).",
            "Install that newer version on this gateway.",
        )
    migrate(connection)
    owner = connection.execute("SELECT station FROM journal").fetchone()
    if owner is None:
        if connection.execute("SELECT count(*) FROM events").fetchone()[0]:
            raise damaged(path, "it does not say which journal it is")
        connection.execute(
            "INSERT INTO journal (id, epoch, station, created_at) VALUES (1, ?, ?, ?)",
            (epoch, station, now.isoformat()),
        )
    elif owner[0] != station:
        raise JournalError(
            f"The journal {path} belongs to the station {owner[0]}, not to {station}.",
            "Put the folders under stations/ back to where they were.",
        )


def check_tail(connection: sqlite3.Connection, path: Path, epoch: str) -> tuple[Event, bytes] | None:
    """The last event with its line, after a look at those before it. Raises `JournalDamagedError`."""
    rows = connection.execute(
        "SELECT number, line FROM events ORDER BY number DESC LIMIT ?", (CHECKED_AT_OPENING,)
    ).fetchall()
    later: Event | None = None
    last: Event | None = None
    for number, line in rows:
        try:
            event = decode_event(line)
        except UnreadableEventError as error:
            raise damaged(path, f"event {number} cannot be read") from error
        if event.number != number or event.epoch != epoch:
            raise damaged(path, f"event {number} is not in its place")
        if later is not None and (later.number != number + 1 or later.previous != chain_hash(line)):
            raise damaged(path, f"the chain is broken after event {number}")
        last = last or event
        later = event
    if last is None or later is None:
        return None
    if len(rows) < CHECKED_AT_OPENING and (later.number, later.previous) != (1, CHAIN_START):
        raise damaged(path, f"it begins with event {later.number}")
    return last, rows[0][1]


def set_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged journal, so that a new one can begin in its place; the new name."""
    aside = path.with_name(f"journal-damaged-{now:%Y%m%dT%H%M%S%f}.db")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


def salvaged_sequence(aside: Path) -> int | None:
    """The last part number that a damaged journal accounted for, where that can still be read."""
    try:
        with closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT last_sequence FROM journal").fetchone()
    except sqlite3.Error:
        # The file is known to be damaged, and the caller says so; without this number the count begins anew.
        return None
    return int(row[0]) if row is not None and isinstance(row[0], int) else None
