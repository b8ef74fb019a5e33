"""SQLite's errors in the journal's words."""

import os
import sqlite3
from pathlib import Path

from goodpart.gateway.journal.errors import JournalDamagedError, JournalError, JournalFullError

_DAMAGED_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_SPACE_BYTES = 1024 * 1024


def damaged(path: Path, what: str) -> JournalDamagedError:
    return JournalDamagedError(
        f"The journal {path} is damaged: {what}.",
        "Look at the disk; what the server has of it is safe, the file itself is kept.",
    )


def translated(error: sqlite3.Error, path: Path) -> JournalError:
    """SQLite says "full" for most writes that find no space, and "I/O error" for some: the disk itself is asked."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and _disk_full(path)):
        return JournalFullError(
            f"There is no space left for the journal {path}.", "Free space on this disk; inspection goes on by itself."
        )
    if code in _DAMAGED_CODES:
        return damaged(path, str(error))
    return JournalError(
        f"The journal {path} cannot be used: {error}.", "Check the disk and this user's permissions on the data folder."
    )


def _disk_full(path: Path) -> bool:
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize < _NO_SPACE_BYTES
