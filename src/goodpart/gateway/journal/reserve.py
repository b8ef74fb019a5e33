"""Disk space kept back for the last records of a journal.

A file of real blocks lies beside the journal. When the disk is full it is deleted, and the journal goes on in its space
while an alarm is out; when there is space again it is made anew.
"""

import os
from pathlib import Path

from goodpart.base.files import sync_folder

RESERVE_BYTES = 16 * 1024 * 1024
"""Some 20,000 parts without images: hours on most lines."""


class Reserve:
    """The reserve of one journal."""

    def __init__(self, path: Path, size_bytes: int = RESERVE_BYTES) -> None:
        self._path = path
        self.size_bytes = size_bytes

    @property
    def held(self) -> bool:
        """Whether the space is there to be freed."""
        return self._path.exists()

    def hold(self) -> bool:
        """Take the space, unless that would leave less than as much again. True when it is held afterwards."""
        if self.held:
            return True
        disk = os.statvfs(self._path.parent)
        if disk.f_bavail * disk.f_frsize < 2 * self.size_bytes:
            return False
        draft = self._path.with_suffix(".draft")
        try:
            handle = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(handle, 0, self.size_bytes)
                os.fsync(handle)
            finally:
                os.close(handle)
            draft.replace(self._path)
        except OSError:
            draft.unlink(missing_ok=True)
            return False
        sync_folder(self._path.parent)
        return True

    def free(self) -> bool:
        """Give the space to the journal. False when it had been given already."""
        if not self.held:
            return False
        self._path.unlink()
        return True
