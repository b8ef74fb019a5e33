"""Part numbers out as a CSV table, and in again."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from goodpart.server.audit import service as audit
from goodpart.server.kit.csv_tables import CsvRow, Separator, write_table
from goodpart.server.kit.imports import ImportPlan, RowOutcome, RowPlan
from goodpart.server.kit.paths import PathIndex
from goodpart.server.kit.work import Work
from goodpart.server.places import cycles, repository, service
from goodpart.server.places.part_import import COLUMNS, PartChanges, plan_import, table_of

_TOLD_AT_ONCE = 50
"""Rows in one entry of the audit trail: ten thousand entries would keep every other writer waiting."""


async def export(work: Work, separator: Separator) -> str:
    """With what the places within reach say of their own."""
    rows = table_of(
        await service.list_part_numbers(work),
        await cycles.list_cycles(work),
        await service.paths(work),
    )
    return write_table(COLUMNS, rows, separator)


async def plan(work: Work, rows: Sequence[CsvRow]) -> tuple[ImportPlan, PartChanges]:
    """What the rows would change. Part numbers are the enterprise's, so all places must be within reach."""
    work.reach.require(None)
    return plan_import(
        rows,
        await service.list_part_numbers(work),
        await cycles.list_cycles(work),
        PathIndex(await service.paths(work)),
    )


async def apply(work: Work, rows: Sequence[CsvRow], expected: str | None) -> ImportPlan:
    """Do all of it. Raises `ImportRefusedError`, `ImportOutdatedError` before anything is written."""
    await work.hold_everything()
    planned, changes = await plan(work, rows)
    planned.check(expected)
    new = [replace(part, id=work.new_id()) for part in changes.new]
    await repository.add_part_numbers(work.session, new, created_at=work.now)
    await repository.write_part_numbers(work.session, changes.changed)
    ids = {part.number: part.id for part in await service.list_part_numbers(work)}
    await repository.write_cycles(
        work.session, {(ids[number], place): ideal for (number, place), ideal in changes.cycles.items()}
    )
    for told in _told(planned):
        await audit.record(work, "part_numbers.imported", planned.digest, told)
    return planned


def _told(planned: ImportPlan) -> Iterator[str]:
    effective = [row for row in planned.rows if row.outcome is not RowOutcome.UNCHANGED]
    for start in range(0, len(effective), _TOLD_AT_ONCE):
        yield "; ".join(_sentence(row) for row in effective[start : start + _TOLD_AT_ONCE])
    if not effective:
        yield "nothing changed"


def _sentence(row: RowPlan) -> str:
    changes = ", ".join(f"{one.column} {one.before or 'none'} to {one.after or 'none'}" for one in row.changes)
    return f"{row.name} {row.outcome}{': ' if changes else ''}{changes}"
