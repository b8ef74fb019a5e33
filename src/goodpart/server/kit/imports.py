"""Importing a table of masters: what each row would change is shown first, and then all of it is done, or nothing.

A file only adds and changes: what it does not name stays as it is.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from fastapi import Query, Response
from pydantic import BaseModel

from goodpart.server.kit.errors import ConflictError, InvalidError
from goodpart.server.kit.media import CSV, attachment

LIMIT_MB = 10
SPLIT_IT = "Split the file."
LONGEST_TEXT = 200


def csv_file(table: str, name: str) -> Response:
    """An answer that a browser saves."""
    return Response(table, media_type=CSV, headers=attachment(name))


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


class ImportRefusedError(InvalidError):
    """A row is wrong, so nothing was changed."""

    code = "import_refused"


class ImportOutdatedError(ConflictError):
    code = "import_outdated"


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in which column. ``code`` and ``value`` are for translation, the sentences for programs."""

    column: str
    code: str
    cause: str
    remedy: str
    value: str = ""


@dataclass(frozen=True)
class ValueChange:
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowPlan:
    """What one row would do."""

    line: int
    name: str
    """Of what it is about."""
    outcome: RowOutcome
    changes: tuple[ValueChange, ...] = ()
    problem: RowProblem | None = None


def wrong(line: int, name: str, problem: RowProblem) -> RowPlan:
    return RowPlan(line, name, RowOutcome.WRONG, problem=problem)


def right(line: int, name: str, changes: Sequence[ValueChange], *, new: bool) -> RowPlan:
    """New, changed or unchanged, by what would change."""
    outcome = RowOutcome.NEW if new else RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
    return RowPlan(line, name, outcome, tuple(changes))


def unusable_text(column: str, text: str, longest: int = LONGEST_TEXT) -> RowProblem | None:
    """For a text that cannot be stored or shown."""
    if len(text) <= longest and text.isprintable():
        return None
    return RowProblem(
        column,
        "text_unusable",
        f"The text is longer than {longest} characters, or holds signs that cannot be shown.",
        "Shorten it, and remove line breaks.",
        str(longest),
    )


@dataclass(frozen=True)
class ImportPlan:
    rows: tuple[RowPlan, ...]

    @property
    def digest(self) -> str:
        """Names what would be done; another one, once somebody has changed what the file is about."""
        return hashlib.sha256(repr(self.rows).encode(errors="replace")).hexdigest()

    def check(self, expected: str | None) -> None:
        """Raises `ImportRefusedError` where a row is wrong, `ImportOutdatedError` where another plan was looked at."""
        faults = [row for row in self.rows if row.problem]
        if faults and (first := faults[0].problem):
            more = f" {len(faults) - 1} more rows are wrong." if len(faults) > 1 else ""
            where = f"Line {faults[0].line}, column {first.column}: "
            raise ImportRefusedError(f"{where}{first.cause}{more} Nothing was changed.", first.remedy)
        if expected is not None and expected != self.digest:
            raise ImportOutdatedError(
                "Somebody has changed something since you looked at this file. Nothing was changed.",
                "Look again at what it would do now.",
            )


@dataclass(frozen=True)
class ImportRequest:
    """How a file is asked to be imported."""

    dry_run: Annotated[bool, Query(description="Only tell what would change")] = False
    plan: Annotated[
        str | None, Query(max_length=64, description="The `plan` that was shown: 409 where another would be done")
    ] = None


class RowProblemOut(BaseModel):
    column: str
    code: str
    value: str
    cause: str
    remedy: str


class ValueChangeOut(BaseModel):
    column: str
    before: str
    after: str


class RowPlanOut(BaseModel):
    line: int
    name: str
    outcome: RowOutcome
    changes: list[ValueChangeOut]
    problem: RowProblemOut | None


class RowCounts(BaseModel):
    new: int
    changed: int
    unchanged: int
    wrong: int

    @classmethod
    def of(cls, rows: Iterable[RowPlan]) -> Self:
        counts = Counter(row.outcome for row in rows)
        return cls(**{outcome.value: counts[outcome] for outcome in RowOutcome})


class ImportOut(BaseModel):
    """What a file would do, or has done."""

    applied: bool
    plan: str
    """Send it along to have exactly this done."""
    counts: RowCounts
    rows: list[RowPlanOut]

    @classmethod
    def of(cls, plan: ImportPlan, *, applied: bool) -> Self:
        return cls(
            applied=applied, plan=plan.digest, counts=RowCounts.of(plan.rows), rows=[_shown(r) for r in plan.rows]
        )


def _shown(row: RowPlan) -> RowPlanOut:
    problem = row.problem
    return RowPlanOut(
        line=row.line,
        name=row.name,
        outcome=row.outcome,
        changes=[ValueChangeOut(column=one.column, before=one.before, after=one.after) for one in row.changes],
        problem=RowProblemOut(
            column=problem.column, code=problem.code, value=problem.value, cause=problem.cause, remedy=problem.remedy
        )
        if problem
        else None,
    )
