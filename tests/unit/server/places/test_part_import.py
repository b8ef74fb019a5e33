"""A table of part numbers: what goes out changes nothing when it comes in, and what is wrong is named by its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.kit.csv_tables import Separator, read_table, write_table
from goodpart.server.kit.imports import ImportOutdatedError, ImportPlan, ImportRefusedError, RowOutcome
from goodpart.server.kit.paths import PathIndex
from goodpart.server.places.model import IdealCycle, PartNumber
from goodpart.server.places.part_import import COLUMNS, REQUIRED, PartChanges, plan_import, table_of

PATHS = {
    "ulm": "Ulm",
    "l1": "Ulm › Hall 1/2 › Line 1",
    "l2": "Ulm › Hall 1/2 › Line 2",
    "twin": "Linz",
    "other": "linz",
}
KNOWN = [PartNumber("a", "A-100", "Washer", 1900), PartNumber("b", "B-200", "", 0)]
CYCLES = {"a": [IdealCycle("a", "l1", 1500)]}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
parts = st.lists(
    st.builds(PartNumber, st.uuids().map(str), texts, texts | st.just(""), st.integers(0, 86_400_000)),
    max_size=6,
    unique_by=lambda part: part.number,
)


def plan(text: str) -> tuple[ImportPlan, PartChanges]:
    return plan_import(read_table(text.encode(), COLUMNS, REQUIRED), KNOWN, CYCLES, PathIndex(PATHS))


@given(known=parts, ideal=st.integers(1, 86_400_000), separator=st.sampled_from(Separator))
def test_what_was_exported_changes_nothing(known: list[PartNumber], ideal: int, separator: Separator) -> None:
    cycles = {part.id: [IdealCycle(part.id, "l1", ideal)] for part in known}
    text = write_table(COLUMNS, table_of(known, cycles, PATHS), separator)

    planned, changes = plan_import(read_table(text.encode(), COLUMNS, REQUIRED), known, cycles, PathIndex(PATHS))

    assert [row.outcome for row in planned.rows] == [RowOutcome.UNCHANGED] * 2 * len(known)
    assert changes == PartChanges()


def test_each_row_tells_what_it_changes() -> None:
    planned, changes = plan(
        "number,name,place,ideal_cycle_ms\n"
        "A-100,Washer,,1800\n"
        "A-100,Washer,ulm / hall 1/2 / line 1,\n"
        "C-300,,Ulm › Hall 1/2 › Line 2,900\n"
        "C-300,Shim,,1000\n"
        "B-200,,,\n"
    )

    said = [
        (row.line, row.outcome.value, [(one.column, one.before, one.after) for one in row.changes])
        for row in planned.rows
    ]
    assert said == [
        (2, "changed", [("ideal_cycle_ms", "1900", "1800")]),
        (3, "changed", [("ideal_cycle_ms", "1500", "")]),
        (4, "new", [("ideal_cycle_ms", "", "900")]),
        (5, "new", [("name", "", "Shim"), ("ideal_cycle_ms", "", "1000")]),
        (6, "unchanged", []),
    ]
    assert changes.new == [PartNumber("", "C-300", "Shim", 1000)]
    assert changes.changed == [PartNumber("a", "A-100", "Washer", 1800)]
    assert changes.cycles == {("A-100", "l1"): 0, ("C-300", "l2"): 900}


def test_a_column_that_the_file_lacks_stays_as_it_is() -> None:
    planned, changes = plan("number,name\nA-100,Ring\n")

    assert planned.rows[0].outcome is RowOutcome.CHANGED
    assert changes.changed == [PartNumber("a", "A-100", "Ring", 1900)]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",x,,1", "number", "number_missing"),
        ("A-100,,,1.9", "ideal_cycle_ms", "cycle_unusable"),
        ("A-100,,,-1", "ideal_cycle_ms", "cycle_unusable"),
        ("A-100,,,86400001", "ideal_cycle_ms", "cycle_unusable"),
        ("A-100,,,²", "ideal_cycle_ms", "cycle_unusable"),
        ("A-100,,," + "9" * 5000, "ideal_cycle_ms", "cycle_unusable"),
        ("A-100,,Ulm › Line 9,1", "place", "place_unknown"),
        ("A-100,,Linz,1", "place", "place_ambiguous"),
        ("A-100,Ring,Ulm,1", "name", "name_differs"),
        ("C-300,,Ulm,1", "number", "part_number_unknown"),
        ("A-100,,,1,more", "number", "too_many_cells"),
        ("x" * 201 + ",,,", "number", "text_unusable"),
        ("C-300,a\x07b,,", "name", "text_unusable"),
    ],
    ids=lambda value: None if len(value) < 40 else f"{value[:10]}...",
)
def test_a_wrong_row_names_its_column(row: str, column: str, code: str) -> None:
    planned, _ = plan(f"number,name,place,ideal_cycle_ms\nB-200,Nut,,\n{row}\n")

    right, wrong = planned.rows
    assert right.outcome is RowOutcome.CHANGED
    assert wrong.problem is not None
    assert (wrong.line, wrong.problem.column, wrong.problem.code) == (3, column, code)
    assert wrong.problem.cause.endswith(".")
    assert wrong.problem.remedy.endswith(".")
    with pytest.raises(ImportRefusedError, match=f"Line 3, column {column}"):
        planned.check(None)


def test_a_row_that_says_the_same_as_another_names_it() -> None:
    planned, _ = plan("number,place\nA-100,\nA-100,Ulm\nA-100,ULM\n A-100 ,\n")

    assert [row.problem and (row.problem.code, row.problem.value) for row in planned.rows] == [
        None,
        None,
        ("row_repeated", "3"),
        ("row_repeated", "2"),
    ]


def test_only_what_was_looked_at_is_done() -> None:
    planned, _ = plan("number,name\nA-100,Ring\n")
    planned.check(planned.digest)

    with pytest.raises(ImportOutdatedError):
        planned.check(plan("number,name\nA-100,Disc\n")[0].digest)
