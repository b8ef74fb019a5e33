"""A station's images on its disk: written durably beside the way of the parts, bounded, and named by their content."""

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog

from goodpart.base.files import sync_folder, write_durably
from goodpart.gateway.journal.errors import JournalFullError, JournalMissingError
from goodpart.gateway.journal.eviction import choose_evictions
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.journal.writer import JournalWriter
from goodpart.wire.events import ImageRef, ImageRole, ImagesKept

MOST_WAITING = 64
"""Inspections whose images are in memory and not on disk yet; above that, images are given up, never parts."""
SPACE_LEFT_BYTES = 64 * 1024 * 1024
"""Images stop while there is less free space: what is left is for records."""
_FREED_AT_ONCE = 0.1
_LOOKED_AT_ONCE = 20_000
_log = structlog.get_logger("images")

Uploaded = Callable[[Iterable[str]], frozenset[str]]
"""Of these contents (SHA-256), those that the server has."""


@dataclass(frozen=True)
class NewImage:
    """``make`` gives the bytes, in the writer's thread: rendering a heat map takes its time."""

    role: ImageRole
    media_type: str
    make: Callable[[], bytes]


class ImageStore:
    """One thread writes; the event that names an image follows once the image is on disk."""

    def __init__(
        self, folder: Path, journal: JournalWriter, reader: JournalReader, *, bound_bytes: int, uploaded: Uploaded
    ) -> None:
        self.bound_bytes = bound_bytes
        self.problem: str | None = None
        """Why images are given up at the moment; None while they are kept."""
        self._folder = folder
        self._journal = journal
        self._reader = reader
        self._uploaded = uploaded
        self._stored_bytes = 0
        self._handed_in = 0
        self._done = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="images")
        self._thread.submit(self._begin).add_done_callback(self._note_failure)

    @property
    def waiting(self) -> int:
        """Inspections whose images are not on disk yet."""
        return self._handed_in - self._done

    def keep(self, inspection: str, images: Iterable[NewImage]) -> bool:
        """Write ``images`` soon. False where too many wait already. From the event loop; never waits."""
        if self.waiting >= MOST_WAITING:
            self.problem = "The disk is too slow for the images of this station."
            return False
        self._handed_in += 1
        self._thread.submit(self._write, inspection, tuple(images)).add_done_callback(self._on_written)
        return True

    def close(self) -> None:
        """Write what waits, then stop."""
        self._thread.shutdown(wait=True)
        self._reader.close()

    def _on_written(self, done: "Future[None]") -> None:
        self._done += 1
        self._note_failure(done)

    def _note_failure(self, done: "Future[None]") -> None:
        error = done.exception()
        if error is not None:
            self.problem = f"The image writer failed: {error}"
            _log.error("image_writer_failed", cause=str(error))

    def _begin(self) -> None:
        """Remove what a killed process wrote and did not name, and take stock."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in self._folder.iterdir():
            for file in folder.iterdir():
                if not self._reader.is_stored(file.name):
                    file.unlink()
        self._stored_bytes = self._reader.stored_bytes()

    def _write(self, inspection: str, images: tuple[NewImage, ...]) -> None:
        try:
            refs = [self._write_one(image) for image in images if self._make_room()]
        except OSError as error:
            self.problem = f"An image cannot be written: {error.strerror or error}."
            return
        if not refs:
            return
        try:
            self._journal.submit(ImagesKept(inspection=inspection, images=tuple(refs))).result()
        except JournalFullError as error:
            self.problem = error.cause
            return
        self.problem = None

    def _write_one(self, image: NewImage) -> ImageRef:
        content = image.make()
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._folder / sha256[:2] / sha256
        if not path.exists():
            if not path.parent.exists():
                path.parent.mkdir()
                sync_folder(self._folder)
            write_durably(path, content)
            self._stored_bytes += len(content)
        return ImageRef(role=image.role, sha256=sha256, media_type=image.media_type, size_bytes=len(content))

    def _make_room(self) -> bool:
        """Whether one more image may be written; evicts what the server has, oldest good ones first."""
        disk = os.statvfs(self._folder)
        short = max(
            self._stored_bytes - self.bound_bytes,
            SPACE_LEFT_BYTES - disk.f_bavail * disk.f_frsize,
        )
        if short < 0:
            return True
        try:
            oldest = self._reader.images_after(0, limit=_LOOKED_AT_ONCE)
        except JournalMissingError:
            oldest = []
        wanted = short + int(_FREED_AT_ONCE * self.bound_bytes) + 1
        eviction = choose_evictions(oldest, self._uploaded({row.sha256 for row in oldest}), wanted)
        for content in eviction.contents:
            file = self._folder / content[:2] / content
            self._stored_bytes -= file.stat().st_size if file.exists() else 0
            file.unlink(missing_ok=True)
        if eviction.contents:
            self._journal.submit_evicted(eviction.contents).result()
            _log.info("images_evicted", count=len(eviction.contents))
        if wanted - eviction.missing_bytes > short:
            return True
        self.problem = "The image store is full of images that the server does not have yet."
        return False
