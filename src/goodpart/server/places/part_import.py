"""What a table of part numbers would change, row by row. Pure.

A row without a place says what a part number is; one with a place what the part takes at best there and below. An
empty ideal cycle time is one that is not known, or that the place does not say of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from goodpart.server.kit.csv_tables import CsvRow
from goodpart.server.kit.imports import (
    ImportPlan,
    RowPlan,
    RowProblem,
    ValueChange,
    right,
    unusable_text,
    wrong,
)
from goodpart.server.kit.paths import PathIndex, place_problem
from goodpart.server.places.model import LONGEST_CYCLE_MS, IdealCycle, PartNumber

COLUMNS = ("number", "name", "place", "ideal_cycle_ms")
REQUIRED = ("number",)
EXAMPLE = (("A-100", "Housing", "", 1900), ("A-100", "Housing", "Ulm › Hall 1 › Line 2", 1500))


@dataclass
class PartChanges:
    """What is to be written."""

    new: list[PartNumber] = field(default_factory=list)
    """Their ids are empty."""
    changed: list[PartNumber] = field(default_factory=list)
    cycles: dict[tuple[str, str], int] = field(default_factory=dict)
    """By part number and place; 0 removes one."""


def table_of(
    parts: Iterable[PartNumber], cycles: Mapping[str, Sequence[IdealCycle]], paths: Mapping[str, str]
) -> list[tuple[object, ...]]:
    """The rows of an export; places out of sight are left out."""
    rows: list[tuple[object, ...]] = []
    for part in parts:
        rows.append((part.number, part.name, "", part.ideal_cycle_ms or ""))
        own = [(paths[cycle.place], cycle.ideal_cycle_ms) for cycle in cycles.get(part.id, ()) if cycle.place in paths]
        rows += [(part.number, part.name, path, ideal) for path, ideal in sorted(own)]
    return rows


def plan_import(
    rows: Sequence[CsvRow],
    parts: Iterable[PartNumber],
    cycles: Mapping[str, Sequence[IdealCycle]],
    places: PathIndex,
) -> tuple[ImportPlan, PartChanges]:
    known = {part.number: part for part in parts}
    of_places = {
        (part.number, cycle.place): cycle.ideal_cycle_ms for part in known.values() for cycle in cycles.get(part.id, ())
    }
    reader = _Reader(known, of_places, places)
    heads = {row.line: reader.head(row) for row in rows if not row.cells.get("place", "").strip()}
    plans = [heads[row.line] if row.line in heads else reader.at_place(row) for row in rows]
    return ImportPlan(tuple(plans)), reader.changes


class _Reader:
    """Heads, rows without a place, are read before the others: a file may name its rows in any order."""

    def __init__(
        self, known: Mapping[str, PartNumber], of_places: Mapping[tuple[str, str], int], places: PathIndex
    ) -> None:
        self.known = known
        self.of_places = of_places
        self.places = places
        self.names = {number: part.name for number, part in known.items()}
        self.seen: dict[tuple[str, str], int] = {}
        self.changes = PartChanges()

    def head(self, row: CsvRow) -> RowPlan:
        number = self._number(row)
        before = self.known.get(number)
        name = row.cells.get("name")
        said = before is None or name != before.name
        if name is not None and said:
            name = name.strip()
        ideal = _cycle(row)
        problem = self._problem(row, number, "") or (unusable_text("name", name) if name and said else None)
        if problem is not None:
            return wrong(row.line, number, problem)
        if isinstance(ideal, RowProblem):
            return wrong(row.line, number, ideal)
        self.names[number] = name if name is not None else before.name if before else ""
        was = before or PartNumber("", number, "", 0)
        now = replace(was, name=self.names[number], ideal_cycle_ms=was.ideal_cycle_ms if ideal is None else ideal)
        if before is None:
            self.changes.new.append(now)
        elif now != before:
            self.changes.changed.append(now)
        changes = [
            ValueChange(column, str(old or ""), str(new or ""))
            for column, old, new in (
                ("name", was.name, now.name),
                ("ideal_cycle_ms", was.ideal_cycle_ms, now.ideal_cycle_ms),
            )
            if old != new
        ]
        return right(row.line, number, changes, new=before is None)

    def at_place(self, row: CsvRow) -> RowPlan:
        number, text = self._number(row), row.cells["place"].strip()
        name = f"{number} @ {text}"
        found = self.places.find(text)
        if len(found) != 1:
            return wrong(row.line, name, place_problem(text, found))
        (place,) = found
        ideal = _cycle(row)
        problem = self._problem(row, number, place) or self._unlike_head(row, number)
        if problem is not None:
            return wrong(row.line, name, problem)
        if isinstance(ideal, RowProblem):
            return wrong(row.line, name, ideal)
        before = self.of_places.get((number, place), 0)
        after = before if ideal is None else ideal
        if after == before:
            return right(row.line, name, [], new=False)
        self.changes.cycles[number, place] = after
        change = ValueChange("ideal_cycle_ms", str(before or ""), str(after or ""))
        return right(row.line, name, [change], new=before == 0)

    def _number(self, row: CsvRow) -> str:
        text = row.cells["number"]
        return text if text in self.known else text.strip()

    def _problem(self, row: CsvRow, number: str, place: str) -> RowProblem | None:
        if row.surplus:
            return RowProblem(
                "number",
                "too_many_cells",
                "The row has more cells than there are columns.",
                "Put texts that hold a separator in double quotes.",
            )
        if not number:
            return RowProblem("number", "number_missing", "The part number is missing.", "Write it, or drop the row.")
        if number not in self.known and (problem := unusable_text("number", number)):
            return problem
        first = self.seen.setdefault((number, place), row.line)
        if first != row.line:
            return RowProblem(
                "number", "row_repeated", f"Line {first} says this already.", "Keep one of the two.", str(first)
            )
        return None

    def _unlike_head(self, row: CsvRow, number: str) -> RowProblem | None:
        if number not in self.names:
            return RowProblem(
                "number",
                "part_number_unknown",
                f"There is no part number {number!r}.",
                "Add a row for it with an empty place.",
                number,
            )
        name = row.cells.get("name", "").strip()
        if name and name != self.names[number].strip():
            return RowProblem(
                "name",
                "name_differs",
                f"The part number {number} is called {self.names[number]!r}.",
                "Rename it in its row with an empty place.",
                self.names[number],
            )
        return None


def _cycle(row: CsvRow) -> int | RowProblem | None:
    """Milliseconds; None where the file has no such column."""
    text = row.cells.get("ideal_cycle_ms")
    if text is None:
        return None
    if not text.strip():
        return 0
    try:
        ideal = int(text) if text.strip().isascii() and text.strip().isdigit() else -1
    except ValueError:
        ideal = -1
    if 0 <= ideal <= LONGEST_CYCLE_MS:
        return ideal
    return RowProblem(
        "ideal_cycle_ms",
        "cycle_unusable",
        f"{text.strip()[:40]!r} is no ideal cycle time.",
        "Write whole milliseconds up to a day, such as 1900, or leave it empty.",
        text.strip()[:40],
    )
