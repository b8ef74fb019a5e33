"""The journal as other processes read it: what is committed, never what is being written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from goodpart.gateway.journal.errors import JournalMissingError, JournalVersionError
from goodpart.gateway.journal.failures import translated
from goodpart.gateway.journal.rows import IMAGE_COLUMNS, ImageRow, image_row
from goodpart.gateway.journal.schema import VERSION, version_of


class JournalReader:
    """Reads one station's journal. A new journal in the place of a damaged one is noticed at the next call.

    Every method raises `JournalMissingError` while there is none, `JournalVersionError`, `JournalDamagedError` and
    `JournalError`. One reader serves one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @property
    def epoch(self) -> str:
        """Of the journal that is there now."""
        with self._reading() as connection:
            return str(connection.execute("SELECT epoch FROM journal").fetchone()[0])

    def last_number(self) -> int:
        """The number of the last event; 0 for none."""
        with self._reading() as connection:
            return int(connection.execute("SELECT coalesce(max(number), 0) FROM events").fetchone()[0])

    def lines(self, after: int, *, limit: int = 1000, max_bytes: int = 4 * 1024 * 1024) -> list[bytes]:
        """The lines numbered from ``after`` + 1: at most ``limit``, and no more than ``max_bytes`` together unless
        the first alone is longer."""
        lines: list[bytes] = []
        total = 0
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT line FROM events WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
            )
            for (line,) in rows:
                total += len(line)
                if lines and total > max_bytes:
                    break
                lines.append(line)
        return lines

    def images_after(self, number: int, *, limit: int = 1000) -> list[ImageRow]:
        """The images on disk that events after ``number`` name, in the order of the events."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {IMAGE_COLUMNS} FROM images WHERE evicted = 0 AND number > ?"  # noqa: S608 - a constant
                " ORDER BY number, id LIMIT ?",
                (number, limit),
            ).fetchall()
        return [image_row(row) for row in rows]

    def stored_bytes(self) -> int:
        """The size of all images on disk; a content that several inspections share counts once."""
        contents = "SELECT DISTINCT sha256, size_bytes FROM images WHERE evicted = 0"
        query = f"SELECT coalesce(sum(size_bytes), 0) FROM ({contents})"  # noqa: S608 - a constant
        with self._reading() as connection:
            return int(connection.execute(query).fetchone()[0])

    def is_stored(self, sha256: str) -> bool:
        """Whether an event names this image and it was not evicted."""
        with self._reading() as connection:
            query = "SELECT 1 FROM images WHERE sha256 = ? AND evicted = 0 LIMIT 1"
            return connection.execute(query, (sha256,)).fetchone() is not None

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._current()
        except sqlite3.Error as error:
            self.close()
            raise translated(error, self.path) from error

    def _current(self) -> sqlite3.Connection:
        try:
            inode = self.path.stat().st_ino
        except FileNotFoundError as error:
            raise JournalMissingError(
                f"There is no journal {self.path} yet.", "The station writes it when it first starts."
            ) from error
        if self._connection is not None and inode == self._inode:
            return self._connection
        self.close()
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            found = version_of(connection)
            if found == 0 or connection.execute("SELECT count(*) FROM journal").fetchone()[0] == 0:
                raise JournalMissingError(
                    f"The journal {self.path} is just being made.", "The station writes it when it first starts."
                )
            if found > VERSION:
                raise JournalVersionError(
                    f"The journal {self.path} was written by a newer Goodpart (version {found}, this one knows"
                    f" {VERSION}).",
                    "Install that newer version on this gateway.",
                )
        except BaseException:
            connection.close()
            raise
        self._connection, self._inode = connection, inode
        return connection
