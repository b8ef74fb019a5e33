"""A full or read-only disk, told in a sentence wherever it comes to light."""

import errno
from pathlib import Path

from goodpart.base.errors import GoodpartError

_AS_ERRNO = {8: errno.EROFS, 13: errno.ENOSPC}
"""SQLITE_READONLY and SQLITE_FULL, https://www.sqlite.org/rescode.html; extended codes carry them in the low byte."""
_CAUSES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "The disk is full, or a limit on its use is reached"),
    errno.EROFS: "The disk cannot be written",
    errno.EACCES: "This user has no access",
}
_REMEDIES = {
    errno.EROFS: "Make it writable, or name a folder on another disk, then start again.",
    errno.EACCES: "Give this user access, or name another folder, then start again.",
}
_FREE_SPACE = "Free space there, or name a folder on another disk, then start again."


class StorageError(GoodpartError):
    """A file cannot be written: the disk is full or read-only, or this user may not."""

    code = "storage_unusable"


def storage_failure(error: BaseException) -> StorageError | None:
    """What ``error``, its causes or the members of a group say about the disk; None where they say nothing."""
    told: BaseException | None = error
    while told is not None:
        found = _told_by(told)
        if found is None and isinstance(told, BaseExceptionGroup):
            found = next(filter(None, map(storage_failure, told.exceptions)), None)
        if found is not None:
            return found
        told = told.__cause__
    return None


def place_failure(path: Path, error: OSError) -> StorageError:
    """What keeps a person's file from being written to ``path``, or a folder from being made there."""
    if error.errno == errno.ENOENT and not path.parent.is_dir():
        return StorageError(f"There is no folder {path.parent}.", "Make that folder, or name another place.")
    if error.errno == errno.EISDIR:
        return StorageError("It is a folder.", "Name a file, in that folder for example.")
    why = f"{error.strerror or error}."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(why, "Give this user write access there, or name another place.")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError(why, "Free space there, or name another place.")
    return StorageError(why, "Name another place.")


def _told_by(error: BaseException) -> StorageError | None:
    if isinstance(error, OSError):
        number, why, file = error.errno, error.strerror, error.filename
    else:
        # What sqlite3 puts on its errors; a command without a database is spared its import.
        result = getattr(error, "sqlite_errorcode", None)
        number, why, file = _AS_ERRNO.get(result & 0xFF) if isinstance(result, int) else None, str(error), None
    if number not in _CAUSES:
        return None
    place = f" at {file}" if file is not None else ""
    return StorageError(f"{_CAUSES[number]}{place}: {why}.", _REMEDIES.get(number, _FREE_SPACE))
