import errno
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from goodpart.base.storage import place_failure, storage_failure


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_with_the_file_and_what_to_do(number: int) -> None:
    told = storage_failure(OSError(number, "No space", "/data/key.pem"))
    assert told is not None
    assert str(told) == (
        "The disk is full, or a limit on its use is reached at /data/key.pem: No space."
        " Free space there, or name a folder on another disk, then start again."
    )


@pytest.mark.parametrize(("number", "words"), [(errno.EROFS, "cannot be written"), (errno.EACCES, "no access")])
def test_what_may_not_be_written_is_told(number: int, words: str) -> None:
    told = storage_failure(OSError(number, "Refused"))
    assert told is not None
    assert words in told.cause


def test_it_is_found_behind_other_errors_and_in_groups() -> None:
    wrapped = RuntimeError("the start failed")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space")
    assert storage_failure(ExceptionGroup("all", [ValueError("other"), wrapped])) is not None


def test_a_database_says_so_too(tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    sqlite3.connect(file).close()
    engine = sa.create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as read_only:
        connection.execute(sa.text("CREATE TABLE a (b)"))
    engine.dispose()
    told = storage_failure(read_only.value)
    assert told is not None
    assert "cannot be written" in told.cause


def test_a_full_database_says_so_too() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(sa.text("PRAGMA max_page_count = 1"))
        with pytest.raises(sa.exc.OperationalError) as full:
            connection.execute(sa.text("CREATE TABLE a (b)"))
    engine.dispose()
    told = storage_failure(full.value)
    assert told is not None
    assert "full" in told.cause


@pytest.mark.parametrize("error", [ValueError("no"), OSError(errno.ECONNREFUSED, "no"), sqlite3.OperationalError("no")])
def test_other_errors_are_not_the_disk(error: Exception) -> None:
    assert storage_failure(error) is None


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EACCES, "Give this user write access there, or name another place."),
        (errno.EROFS, "Give this user write access there, or name another place."),
        (errno.ENOSPC, "Free space there, or name another place."),
        (errno.ENAMETOOLONG, "Name another place."),
    ],
)
def test_why_a_file_cannot_be_written_comes_with_what_to_do(tmp_path: Path, number: int, remedy: str) -> None:
    told = place_failure(tmp_path / "part.gpm", OSError(number, "Refused"))
    assert (told.cause, told.remedy) == ("Refused.", remedy)
