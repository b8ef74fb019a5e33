"""Files that are whole or absent, whatever is killed or cut while they are written."""

import errno
import os
import secrets
from pathlib import Path

from goodpart.base.errors import DataFolderError


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable: a file's fsync does not cover its directory entry."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write ``content`` to ``path`` so that it is on disk, whole, when this returns.

    A reader sees the old file or the new one, never a part. Raises `OSError` (full disk, read-only) with the old
    file untouched and nothing half-written beside it.
    """
    draft = _draft_of(path)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a write that fails does not say where
        raise
    sync_folder(path.parent)


def check_place(path: Path) -> None:
    """Raise the `OSError` that `write_durably` to ``path`` would end with, before the work for it. Leaves nothing.

    Also where a device or the like lies there: the file would take its place. A disk that gets full meanwhile is not
    foreseen.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "It is not a file", str(path))
    draft = _draft_of(path)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    draft.unlink()


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")


def open_data_folder(folder: Path, *, version: int) -> None:
    """Create or check a data folder: it must be writable and not of a newer version of Goodpart.

    The file ``data-version`` in it holds the version of its layout. Raises `DataFolderError` with the remedy.
    """
    stamp = folder / "data-version"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = int(stamp.read_text()) if stamp.exists() else 0
        if found < version:
            write_durably(stamp, f"{version}\n".encode())
        else:
            probe = folder / ".writable"
            write_durably(probe, b"")
            probe.unlink()
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be written: {error.strerror or error}.",
            "Give this user write access and free space there, or name another folder in GOODPART_DATA_DIR.",
        ) from error
    except ValueError as error:
        raise DataFolderError(
            f"The file {stamp} does not hold a version number.",
            "Restore it from a backup, or name another folder in GOODPART_DATA_DIR.",
        ) from error
    if found > version:
        raise DataFolderError(
            f"The data folder {folder} was written by a newer Goodpart (layout {found}, this one knows {version}).",
            "Install that newer version, or name another folder in GOODPART_DATA_DIR.",
        )
