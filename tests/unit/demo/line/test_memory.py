"""What the PLC retains: the numbers, the truth and every write of a result, also after the folder is opened again."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodpart.base.errors import DataFolderError
from goodpart.demo.line.memory import Memory
from goodpart.demo.line.sources import Part, Truth
from goodpart.demo.line.tracking import Decided, DecidedBy, Verdict

AT = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
GOOD = Part("A", Truth.GOOD, "", None, "1")
BAD = Part("A", Truth.BAD, "dent", 0.7, "2")


def test_a_line_that_is_opened_again_knows_where_it_was(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    assert memory.retained().sequence == 0
    assert [memory.arrive(n, part, AT) for n, part in ((1, GOOD), (2, BAD), (3, GOOD))] == [
        "A-000001",
        "A-000002",
        "A-000003",
    ]
    memory.take_result(1, Verdict.GOOD, False, AT, Decided(1, DecidedBy.RESULT, reject=False))
    memory.decide(Decided(2, DecidedBy.FAIL_SAFE, reject=True))
    memory.turn_key(acts_on_results=True)
    memory.close()

    memory = Memory(tmp_path)
    known = memory.retained()
    assert (known.sequence, known.serial, known.part, known.made) == (3, "A-000003", GOOD, 3)
    assert (known.accepted, known.ejected, known.acts_on_results) == (1, 0, True)
    assert known.undecided == (3,)
    assert known.falling == (2,)
    memory.eject(2)
    assert memory.retained().falling == ()
    assert memory.retained().ejected == 2
    assert memory.arrive(4, Part("B", Truth.GOOD, "", None, "3"), AT) == "B-000001"
    assert memory.retained().made == 1
    memory.close()


def test_every_write_of_a_result_is_counted_and_the_first_one_is_kept(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.arrive(1, BAD, AT)
    memory.take_result(1, Verdict.BAD, True, AT, Decided(1, DecidedBy.RESULT, reject=True))
    memory.take_result(1, Verdict.GOOD, False, AT, None)
    memory.take_result(9, Verdict.GOOD, False, AT, None)
    (row,) = memory.truth(1, 9, 100)
    assert (row.result_verdict, row.result_reject, row.result_writes) == ("bad", True, 2)
    assert (row.decided_by, row.reject, row.ejected) == ("result", True, False)
    assert (row.truth, row.defect, row.severity) == ("bad", "dent", 0.7)
    counts = memory.counts()
    assert counts["repeated_outputs"] == 1
    assert counts["unknown_results"] == 1
    assert counts["rejected"] == counts["parts"] == counts["bad"] == 1
    memory.close()


def test_a_late_result_is_counted_as_refused_and_does_not_undo_the_fail_safe(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.arrive(1, GOOD, AT)
    memory.decide(Decided(1, DecidedBy.FAIL_SAFE, reject=True))
    memory.take_result(1, Verdict.GOOD, False, AT, None)
    (row,) = memory.truth(1, 1, 100)
    assert (row.decided_by, row.reject, row.result_verdict) == ("fail_safe", True, "good")
    assert memory.counts()["refused_results"] == 1
    assert memory.retained().accepted == 0
    memory.close()


def test_a_sequence_is_never_given_twice(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.arrive(1, GOOD, AT)
    with pytest.raises(sqlite3.IntegrityError):
        memory.arrive(1, GOOD, AT)
    assert memory.arrive(2, GOOD, AT) == "A-000002"
    memory.close()


def test_two_lines_cannot_share_a_folder(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    with pytest.raises(DataFolderError, match="Another simulated line"):
        Memory(tmp_path)
    memory.close()
    Memory(tmp_path).close()


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data-version").write_text("99\n")
    with pytest.raises(DataFolderError, match="newer"):
        Memory(tmp_path)
    assert not (tmp_path / "line.sqlite").exists()


def test_a_memory_that_is_not_one_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "line.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DataFolderError, match=r"line\.sqlite.*Move that file away"):
        Memory(tmp_path)


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.arrive(1, GOOD, AT)
    memory._db.execute("PRAGMA max_page_count = 1")  # SQLite's own way to be full; it keeps the pages it has

    def fill() -> None:
        for sequence in range(2, 500):
            memory.arrive(sequence, GOOD, AT)

    with pytest.raises(DataFolderError, match="Free space"):
        fill()
    last = memory.retained().sequence
    memory._db.execute("PRAGMA max_page_count = 100000")
    assert memory.arrive(last + 1, GOOD, AT) == f"A-{last + 1:06d}"
    memory.close()
