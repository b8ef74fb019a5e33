"""Inspections as a CSV table (RFC 4180) that is written while it is read: memory holds one page, however long it is."""

from collections.abc import AsyncIterator

from goodpart.server.inspections import repository, service
from goodpart.server.inspections.model import InspectionFilter
from goodpart.server.inspections.schemas import InspectionOut
from goodpart.server.kit.csv_tables import Separator, write_head, write_lines
from goodpart.server.kit.pages import MAX_LIMIT, PageRequest
from goodpart.server.kit.reach import Reach
from goodpart.server.kit.work import NOBODY, Database

COLUMNS = (
    "triggered_at",
    "station",
    "sequence",
    "part_number",
    "serial",
    "verdict",
    "final_verdict",
    "mode",
    "score",
    "good_below",
    "bad_above",
    "defects",
    "cause",
    "action",
    "suppressed",
    "outcome",
    "ejected",
    "latency_ms",
    "recipe_revision",
    "package",
    "id",
)
EXAMPLE = (
    "2026-11-02T06:00:00.000+00:00",
    "Station 1",
    4711,
    "A-100",
    "SN-2026-000417",
    "bad",
    "bad",
    "production",
    2.7,
    1.0,
    2.0,
    "scratch",
    None,
    "reject",
    "false",
    "confirmed",
    "true",
    38.5,
    3,
    "3f" * 32,
    "019a7d3e-5c1a-7b2e-9f4d-2a6c8e0b1d35",
)
"""A row."""


async def export_csv(
    database: Database, wanted: InspectionFilter, reach: Reach, separator: Separator
) -> AsyncIterator[str]:
    """What is within ``reach``; times are UTC, texts as they came.

    ``defects`` are the kinds of the regions, `unnamed` where a model names none.

    Each page is read in a transaction of its own, so that a slow reader holds no snapshot open; parts that pass
    meanwhile are newer than the first page and are not in the table.
    """
    yield write_head(COLUMNS, separator)
    cursor: str | None = None
    while True:
        async with database.work(NOBODY, read_only=True) as work:
            page = await repository.list_newest(work.session, wanted, PageRequest(MAX_LIMIT, cursor), reach)
            items = await service.as_items(work, page.rows)
        rows = [
            _cells(item, one.recipe_revision, one.package, [defect.kind for defect in one.defects])
            for item, one in zip(items, page.rows, strict=True)
        ]
        yield write_lines(rows, separator)
        cursor = page.next
        if cursor is None:
            return


def _cells(item: InspectionOut, recipe_revision: int, package: str, kinds: list[str]) -> tuple[object, ...]:
    output = item.output
    return (
        item.triggered_at.isoformat(timespec="milliseconds"),
        item.station_name,
        item.sequence,
        item.part_number,
        item.serial,
        item.verdict.value,
        item.final_verdict.value,
        item.mode.value,
        item.score,
        item.good_below,
        item.bad_above,
        " ".join(kind or "unnamed" for kind in kinds),
        item.cause.value if item.cause else None,
        output.action.value if output else None,
        str(output.suppressed).lower() if output else None,
        output.outcome.value if output and output.outcome else None,
        str(output.ejected).lower() if output else None,
        item.latency_ms,
        recipe_revision,
        package,
        item.id,
    )
