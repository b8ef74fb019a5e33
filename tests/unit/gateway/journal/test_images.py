"""Images follow their inspection: an image that the journal names is on the disk, and the store stays in its bound."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from goodpart.gateway.journal.images import MOST_WAITING, ImageStore, NewImage
from goodpart.gateway.journal.reader import JournalReader
from goodpart.gateway.journal.writer import JournalWriter
from goodpart.wire.events import ImageRole, ImagesKept, decode_event
from goodpart.wire.verdicts import Verdict
from tests.fakes.journals import inspection, open_journal


class Stored:
    """An image store on a journal with some inspections; `settle` waits for the writer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uploaded: set[str] = set()
        self._opened = ExitStack()
        self.open()

    def open(self, *, bound_bytes: int = 10_000) -> None:
        self.journal = JournalWriter(open_journal(self.folder))
        self.reader = JournalReader(self.folder / "journal.db")
        self.store = ImageStore(
            self.folder / "images",
            self.journal,
            JournalReader(self.folder / "journal.db"),
            bound_bytes=bound_bytes,
            uploaded=lambda contents: frozenset(contents) & self.uploaded,
        )

    def inspect(self, sequence: int, content: bytes, verdict: Verdict = Verdict.GOOD) -> str:
        """An inspection with one image; the image's name."""
        self.journal.submit(inspection(sequence, verdict)).result()
        self.store.keep(f"inspection-{sequence}", [NewImage(ImageRole.FRAME, "image/jpeg", lambda: content)])
        return hashlib.sha256(content).hexdigest()

    def settle(self) -> None:
        self.store.close()
        self.journal.close()

    def files(self) -> set[str]:
        return {path.name for path in (self.folder / "images").rglob("*") if path.is_file()}


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    opened = Stored(tmp_path)
    yield opened
    opened.settle()
    opened.reader.close()


def test_an_image_is_on_disk_when_the_journal_names_it(stored: Stored) -> None:
    name = stored.inspect(1, b"a frame")
    stored.settle()
    (kept,) = [event.body for event in map(decode_event, stored.reader.lines(0)) if isinstance(event.body, ImagesKept)]
    assert [(image.sha256, image.size_bytes, image.media_type) for image in kept.images] == [(name, 7, "image/jpeg")]
    assert (stored.folder / "images" / name[:2] / name).read_bytes() == b"a frame"


def test_the_same_picture_twice_is_stored_once_and_named_twice(stored: Stored) -> None:
    name = stored.inspect(1, b"a frame")
    stored.inspect(2, b"a frame")
    stored.settle()
    assert stored.files() == {name}
    assert [row.inspection for row in stored.reader.images_after(0)] == ["inspection-1", "inspection-2"]


def test_a_file_that_no_event_names_is_removed_at_the_next_start(stored: Stored) -> None:
    named = stored.inspect(1, b"named")
    stored.settle()
    orphan = stored.folder / "images" / "ab" / ("ab" + "0" * 62)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"written by a process that was killed")
    stored.open()
    stored.settle()
    assert stored.files() == {named}


def test_a_full_store_gives_up_what_the_server_has(stored: Stored) -> None:
    stored.store.bound_bytes = 1000
    for sequence in range(1, 40):
        stored.uploaded.add(stored.inspect(sequence, f"{sequence:0100d}".encode()))
    stored.settle()
    assert sum(path.stat().st_size for path in (stored.folder / "images").rglob("*") if path.is_file()) <= 1100
    assert {row.sha256 for row in stored.reader.images_after(0)} == stored.files()
    assert hashlib.sha256(f"{39:0100d}".encode()).hexdigest() in stored.files()
    assert stored.store.problem is None


def test_what_the_server_does_not_have_stays_and_new_images_are_given_up(stored: Stored) -> None:
    stored.store.bound_bytes = 1000
    names = [stored.inspect(sequence, f"{sequence:0100d}".encode(), Verdict.BAD) for sequence in range(1, 40)]
    stored.settle()
    assert stored.files() == set(names[:10]) or stored.files() == set(names[:11])
    assert stored.store.problem is not None
    assert "full" in stored.store.problem


def test_a_slow_disk_costs_images_and_never_memory(stored: Stored) -> None:
    stored.journal.submit(inspection(1)).result()
    kept = [
        stored.store.keep("inspection-1", [NewImage(ImageRole.FRAME, "image/jpeg", lambda: b"x" * 1000)])
        for _ in range(MOST_WAITING * 20)
    ]
    assert not all(kept)
    assert stored.store.waiting <= MOST_WAITING


def test_an_image_that_cannot_be_made_is_said(stored: Stored) -> None:
    def fails() -> bytes:
        raise RuntimeError("the encoder refused the picture")

    stored.journal.submit(inspection(1)).result()
    stored.store.keep("inspection-1", [NewImage(ImageRole.HEAT, "image/png", fails)])
    stored.settle()
    assert stored.store.problem is not None
    assert "encoder refused" in stored.store.problem
    assert stored.store.waiting == 0
