"""A table of users: the rows of a user together are all of that user's roles."""

import pytest

from goodpart.server.kit.csv_tables import Separator, read_table, write_table
from goodpart.server.kit.imports import ImportPlan, RowOutcome
from goodpart.server.kit.paths import PathIndex
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.users.model import User
from goodpart.server.users.user_import import COLUMNS, UserChanges, plan_import, table_of

PATHS = {"ulm": "Ulm", "l1": "Ulm › Line 1"}
KNOWN = [
    User("1", "Ada", (Grant(Role.ADMIN),)),
    User("2", "Eve", (Grant(Role.OPERATOR, "l1"), Grant(Role.VIEWER, "ulm"))),
    User("3", "=Max", ()),
]


def plan(text: str) -> tuple[ImportPlan, UserChanges]:
    return plan_import(read_table(text.encode(), COLUMNS, COLUMNS), KNOWN, PathIndex(PATHS))


def test_what_was_exported_changes_nothing() -> None:
    planned, changes = plan(write_table(COLUMNS, table_of(KNOWN, PATHS), Separator.SEMICOLON))

    assert [row.outcome for row in planned.rows] == [RowOutcome.UNCHANGED] * 4
    assert changes == UserChanges()


def test_each_row_tells_which_role_comes_and_the_first_of_a_user_which_go() -> None:
    planned, changes = plan("name,role,place\nEve,quality,ulm/line 1\nEve,Viewer,Ulm\nKim,,\nBo,operator,*\n")

    said = [(row.outcome.value, [(one.before, one.after) for one in row.changes]) for row in planned.rows]
    assert said == [
        ("changed", [("", "quality @ Ulm › Line 1"), ("operator @ Ulm › Line 1", "")]),
        ("unchanged", []),
        ("new", []),
        ("new", [("", "operator @ *")]),
    ]
    assert changes.new == {"Kim": [], "Bo": [Grant(Role.OPERATOR)]}
    assert changes.changed == {"2": [Grant(Role.QUALITY, "l1"), Grant(Role.VIEWER, "ulm")]}


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",viewer,*", "name", "name_missing"),
        ("ada,viewer,*", "name", "name_spelling"),
        ("Bo,chief,*", "role", "role_unknown"),
        ("Bo,,Ulm", "role", "role_unknown"),
        ("Bo,viewer,", "place", "place_missing"),
        ("Bo,viewer,Linz", "place", "place_unknown"),
        ("Eve,operator,Ulm › Line 1", "name", "row_repeated"),
        ("Bo,viewer,*,x", "name", "too_many_cells"),
        ("B" * 101 + ",viewer,*", "name", "text_unusable"),
    ],
    ids=lambda value: None if len(value) < 40 else f"{value[:10]}...",
)
def test_a_wrong_row_names_its_column_and_leaves_the_user_be(row: str, column: str, code: str) -> None:
    planned, changes = plan(f"name,role,place\nEve,operator,Ulm › Line 1\nEve,viewer,Ulm\n{row}\n")

    problem = planned.rows[2].problem
    assert problem is not None
    assert (problem.column, problem.code) == (column, code)
    assert changes == UserChanges()
