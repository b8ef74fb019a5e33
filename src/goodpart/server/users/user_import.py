"""What a table of users would change, row by row. Pure.

A row gives one role; the rows of a user together are all roles of that user. A row with neither role nor place is of a
user without any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from goodpart.server.kit.csv_tables import CsvRow
from goodpart.server.kit.imports import ImportPlan, RowPlan, RowProblem, ValueChange, right, unusable_text, wrong
from goodpart.server.kit.paths import PathIndex, place_problem
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.users.model import LONGEST_USER_NAME, User

COLUMNS = ("name", "role", "place")
EXAMPLE = (("Ada", Role.ADMIN.value, "*"), ("Eve", Role.OPERATOR.value, "Ulm › Hall 1 › Line 2"))
ENTERPRISE = "*"
"""A place has to be named: an empty cell must not give a role everywhere."""


@dataclass
class UserChanges:
    """All roles of users that are new, and of users whose roles change, by name and id."""

    new: dict[str, list[Grant]] = field(default_factory=dict)
    changed: dict[str, list[Grant]] = field(default_factory=dict)


def table_of(users: Iterable[User], paths: Mapping[str, str]) -> list[tuple[object, ...]]:
    """The rows of an export."""
    return [
        row
        for user in users
        for row in [(user.name, grant.role.value, _where(grant, paths)) for grant in user.grants]
        or [(user.name, "", "")]
    ]


def plan_import(rows: Sequence[CsvRow], users: Iterable[User], places: PathIndex) -> tuple[ImportPlan, UserChanges]:
    known = {user.name: user for user in users}
    reader = _Reader(known, places)
    read = [(row, *reader.read(row)) for row in rows]
    wanted: dict[str, list[Grant]] = {}
    spoilt = {name for _, name, found in read if isinstance(found, RowProblem)}
    for _, name, found in read:
        wanted.setdefault(name, [])
        if isinstance(found, Grant):
            wanted[name].append(found)
    changes = UserChanges()
    for name, grants in wanted.items():
        user = known.get(name)
        if name not in spoilt and user is None:
            changes.new[name] = grants
        elif name not in spoilt and user is not None and set(grants) != set(user.grants):
            changes.changed[user.id] = grants
    plans = _plans(read, known, wanted, places.paths)
    return ImportPlan(tuple(plans)), changes


def _plans(
    read: Sequence[tuple[CsvRow, str, Grant | RowProblem | None]],
    known: Mapping[str, User],
    wanted: Mapping[str, Sequence[Grant]],
    paths: Mapping[str, str],
) -> Iterable[RowPlan]:
    """What a user gains stands in its row, what the user loses in the user's first row."""
    met: set[str] = set()
    for row, name, found in read:
        if isinstance(found, RowProblem):
            yield wrong(row.line, name, found)
            continue
        user = known.get(name)
        held = set(user.grants) if user else set()
        changes = [ValueChange("role", "", _said(found, paths))] if found and found not in held else []
        if name not in met:
            lost = sorted(held - set(wanted[name]), key=lambda grant: _said(grant, paths))
            changes += [ValueChange("role", _said(grant, paths), "") for grant in lost]
        met.add(name)
        yield right(row.line, name, changes, new=user is None)


class _Reader:
    def __init__(self, known: Mapping[str, User], places: PathIndex) -> None:
        self.places = places
        self.known = known
        self.spellings = {name.casefold(): name for name in known}
        self.seen: dict[tuple[str, Grant | None], int] = {}

    def read(self, row: CsvRow) -> tuple[str, Grant | RowProblem | None]:
        """The user's name, and the role; None for a row without one."""
        cell = row.cells["name"]
        name = cell if cell in self.known else cell.strip()
        if problem := self._name_problem(row, name):
            return name, problem
        role, place = row.cells["role"].strip().lower(), row.cells["place"].strip()
        grant = self._grant(role, place) if role or place else None
        if isinstance(grant, RowProblem):
            return name, grant
        first = self.seen.setdefault((name, grant), row.line)
        if first != row.line:
            return name, RowProblem(
                "name", "row_repeated", f"Line {first} says this already.", "Keep one of the two.", str(first)
            )
        return name, grant

    def _name_problem(self, row: CsvRow, name: str) -> RowProblem | None:
        if row.surplus:
            return RowProblem(
                "name",
                "too_many_cells",
                "The row has more cells than there are columns.",
                "Put texts that hold a separator in double quotes.",
            )
        if not name:
            return RowProblem("name", "name_missing", "The name is missing.", "Write it, or take the row out.")
        spelling = self.spellings.setdefault(name.casefold(), name)
        if spelling != name:
            return RowProblem(
                "name",
                "name_spelling",
                f"There is {spelling!r}, which differs in capitals only.",
                "Write the name in one way.",
                spelling,
            )
        if name in self.known:
            return None
        return unusable_text("name", name, LONGEST_USER_NAME)

    def _grant(self, role: str, place: str) -> Grant | RowProblem:
        if role not in list(Role):
            return RowProblem(
                "role",
                "role_unknown",
                f"There is no role {role[:40]!r}.",
                f"Write one of {', '.join(Role)}.",
                role[:40],
            )
        if not place:
            return RowProblem(
                "place", "place_missing", "The place is missing.", f"Name one, or write {ENTERPRISE} for all of them."
            )
        if place == ENTERPRISE:
            return Grant(Role(role))
        found = self.places.find(place)
        return Grant(Role(role), found[0]) if len(found) == 1 else place_problem(place, found)


def _where(grant: Grant, paths: Mapping[str, str]) -> str:
    return ENTERPRISE if grant.place is None else paths[grant.place]


def _said(grant: Grant, paths: Mapping[str, str]) -> str:
    return f"{grant.role} @ {_where(grant, paths)}"
