"""What the server has of one station: the last event of its journal, and images.

Kept in a file of its own, written by the uplink alone, so that a slow network never touches the journal. To lose it
costs a re-send, never a record: the server knows duplicates by number and hash.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from goodpart.base.errors import GoodpartError

_SCHEMA = """
    CREATE TABLE acknowledged (
        epoch TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        chain TEXT NOT NULL,
        uploads_done INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE uploaded (
        sha256 BLOB PRIMARY KEY,
        epoch TEXT NOT NULL,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;
"""
_VERSION = 1


class AcknowledgementsError(GoodpartError):
    """The record of what was acknowledged cannot be used."""

    code = "acknowledgements_unusable"


@dataclass(frozen=True)
class Acknowledged:
    """How far the server has come in one epoch of a journal."""

    number: int
    """All events up to here are on the server's disk. 0: none."""
    chain: str
    """Hash of the event line with that number; empty for 0. A journal that holds another line there is not the one
    that was sent: it was restored from a copy."""


NOTHING = Acknowledged(0, "")


class Acknowledgements:
    """Read and written by the uplink; `uploaded_images` is for everyone else.

    Commits are not fsynced one by one (WAL, synchronous NORMAL): after a power cut the file is whole and may be some
    seconds old, which means sending again.
    """

    def __init__(self, path: Path) -> None:
        """Raises `AcknowledgementsError` for a newer version; a damaged file begins again, empty."""
        self.path = path
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise _unusable(path, str(error)) from error
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._connection = _open(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def events(self, epoch: str) -> Acknowledged:
        row = self._connection.execute("SELECT number, chain FROM acknowledged WHERE epoch = ?", (epoch,)).fetchone()
        return Acknowledged(*row) if row else NOTHING

    def store_events(self, epoch: str, reached: Acknowledged) -> None:
        """Take over what the server said, also where it is less than before: then its images are unsent as well."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(
            "INSERT INTO acknowledged (epoch, number, chain) VALUES (?, ?, ?) ON CONFLICT (epoch) DO UPDATE"
            " SET number = excluded.number, chain = excluded.chain,"
            " uploads_done = min(uploads_done, excluded.number)",
            (epoch, reached.number, reached.chain),
        )
        self._connection.execute("DELETE FROM uploaded WHERE epoch = ? AND number > ?", (epoch, reached.number))
        self._connection.execute("COMMIT")

    def uploads_done(self, epoch: str) -> int:
        """Images of events up to this number need no more looking at."""
        row = self._connection.execute("SELECT uploads_done FROM acknowledged WHERE epoch = ?", (epoch,)).fetchone()
        return int(row[0]) if row else 0

    def store_uploads_done(self, epoch: str, number: int) -> None:
        self._connection.execute("UPDATE acknowledged SET uploads_done = ? WHERE epoch = ?", (number, epoch))

    def store_uploaded(self, sha256: str, epoch: str, number: int) -> None:
        """The server has this image, which event ``number`` names."""
        self._connection.execute(
            "INSERT INTO uploaded (sha256, epoch, number) VALUES (?, ?, ?) ON CONFLICT (sha256) DO UPDATE"
            " SET epoch = excluded.epoch, number = max(number, excluded.number)",
            (bytes.fromhex(sha256), epoch, number),
        )

    def is_uploaded(self, sha256: str) -> bool:
        query = "SELECT 1 FROM uploaded WHERE sha256 = ?"
        return self._connection.execute(query, (bytes.fromhex(sha256),)).fetchone() is not None

    def uploaded(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT sha256 FROM uploaded")
        return frozenset(row[0].hex() for row in rows)

    def forget_images(self, contents: Iterable[str]) -> None:
        """The files of these images are gone, so nobody asks for them again."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            "DELETE FROM uploaded WHERE sha256 = ?", ((bytes.fromhex(each),) for each in contents)
        )
        self._connection.execute("COMMIT")


def uploaded_images(path: Path, contents: Iterable[str]) -> frozenset[str]:
    """Of the images ``contents`` (SHA-256, hex), those that the server has: their files may be evicted.

    For the station's process; opens the uplink's file read-only. No file yet: none of them.
    """
    if not path.exists():
        return frozenset()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5.0)) as connection:
            query = "SELECT 1 FROM uploaded WHERE sha256 = ?"
            return frozenset(each for each in contents if connection.execute(query, (bytes.fromhex(each),)).fetchone())
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):  # the uplink is just making the file
            return frozenset()
        raise _unusable(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        if _is_damage(error):  # the uplink begins it again at its next start
            return frozenset()
        raise _unusable(path, str(error)) from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > _VERSION:
            raise AcknowledgementsError(
                f"{path} was written by a newer Goodpart (version {version}, this one knows {_VERSION}).",
                "Install that newer version on this gateway.",
            )
        if version == 0:
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _unusable(path: Path, why: str) -> AcknowledgementsError:
    return AcknowledgementsError(
        f"The record of what the server has, {path}, cannot be used: {why}.",
        "Look at the disk and its permissions. The file may be removed: then everything is offered again.",
    )
