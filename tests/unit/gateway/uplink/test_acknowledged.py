"""What the server has of a station: kept over a restart, set back with the server, empty after damage."""

import sqlite3
from pathlib import Path

import pytest

from goodpart.gateway.uplink.acknowledged import (
    NOTHING,
    Acknowledged,
    Acknowledgements,
    AcknowledgementsError,
    uploaded_images,
)

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "uplink.db"


def test_nothing_is_acknowledged_at_first(file: Path) -> None:
    with Acknowledgements(file) as known:
        assert known.events("epoch") == NOTHING
        assert known.uploads_done("epoch") == 0
        assert not known.is_uploaded(A)
        known.store_uploads_done("epoch", 5)
        assert known.uploads_done("epoch") == 0


def test_what_is_stored_is_there_after_a_restart(file: Path) -> None:
    with Acknowledgements(file) as known:
        known.store_events("one", Acknowledged(7, "hash 7"))
        known.store_events("two", Acknowledged(3, "hash 3"))
        known.store_uploaded(A, "one", 4)
        known.store_uploads_done("one", 5)
    with Acknowledgements(file) as known:
        assert known.events("one") == Acknowledged(7, "hash 7")
        assert known.events("two") == Acknowledged(3, "hash 3")
        assert known.uploads_done("one") == 5
        assert known.uploaded() == {A}


def test_a_server_that_has_less_has_less_images_too(file: Path) -> None:
    with Acknowledgements(file) as known:
        known.store_events("one", Acknowledged(9, "hash"))
        known.store_events("two", Acknowledged(9, "hash"))
        for sha256, epoch, number in ((A, "one", 2), (B, "one", 6), (C, "two", 6)):
            known.store_uploaded(sha256, epoch, number)
        known.store_uploads_done("one", 8)
        known.store_events("one", Acknowledged(4, "hash 4"))
        assert known.uploaded() == {A, C}
        assert known.uploads_done("one") == 4
        assert known.events("two").number == 9


def test_a_damaged_file_begins_again_empty(file: Path) -> None:
    with Acknowledgements(file) as known:
        known.store_events("one", Acknowledged(7, "hash"))
    file.write_bytes(b"damage" * 2000)
    assert uploaded_images(file, [A]) == frozenset()
    with Acknowledgements(file) as known:
        assert known.events("one") == NOTHING


def test_a_file_of_a_newer_version_is_said_and_left_alone(file: Path) -> None:
    Acknowledgements(file).close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AcknowledgementsError, match="newer"):
        Acknowledgements(file)


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(AcknowledgementsError) as caught:
        Acknowledgements(tmp_path / "no folder" / "uplink.db")
    assert caught.value.remedy


def test_the_station_asks_while_the_uplink_writes(file: Path) -> None:
    assert uploaded_images(file, [A]) == frozenset()
    file.touch()
    assert uploaded_images(file, [A]) == frozenset()
    with Acknowledgements(file) as known:
        assert uploaded_images(file, [A, B]) == frozenset()
        known.store_uploaded(A, "one", 1)
        assert uploaded_images(file, [A, B]) == {A}
        known.forget_images([A])
        assert uploaded_images(file, [A, B]) == frozenset()
    assert uploaded_images(file, [A]) == frozenset()
