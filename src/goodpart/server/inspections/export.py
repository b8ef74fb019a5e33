"""Inspections as a CSV table (RFC 4180) that is written while it is read: memory never holds more than a few rows."""

from collections.abc import AsyncIterator, Mapping

from goodpart.server.inspections import repository
from goodpart.server.inspections.model import InspectionFilter, TableRow, total_ms
from goodpart.server.kit.csv_tables import Separator, write_head, write_lines
from goodpart.server.kit.reach import Reach
from goodpart.server.kit.work import NOBODY, Database
from goodpart.server.places import service as places

ROWS_AT_ONCE = 2000
"""Few enough that nothing else of the server waits long while they are written."""

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
_YES_NO = {True: "true", False: "false"}


async def export_csv(
    database: Database, wanted: InspectionFilter, reach: Reach, separator: Separator
) -> AsyncIterator[str]:
    """What is within ``reach``; times are UTC, texts as they came.

    ``defects`` are the kinds of the regions, `unnamed` where a model names none.

    Each page is read in a transaction of its own, so that a slow reader holds no snapshot open; parts that pass
    meanwhile are newer than the first page and are not in the table.
    """
    yield write_head(COLUMNS, separator)
    last: TableRow | None = None
    while True:
        async with database.work(NOBODY, read_only=True) as work:
            rows = await repository.table_rows(work.session, wanted, reach, last, ROWS_AT_ONCE)
            names = await places.names(work)
        yield write_lines((_cells(row, names) for row in rows), separator)
        if len(rows) < ROWS_AT_ONCE:
            return
        last = rows[-1]


def _cells(row: TableRow, names: Mapping[str, str]) -> tuple[object, ...]:
    driven = row.action is not None
    return (
        row.triggered_at.isoformat(timespec="milliseconds"),
        names.get(row.station, ""),
        row.sequence,
        row.part_number,
        row.serial,
        row.verdict,
        row.reviewed_verdict or row.verdict,
        row.mode,
        row.score,
        row.good_below,
        row.bad_above,
        " ".join(region["kind"] or "unnamed" for region in row.defects),
        row.cause,
        row.action,
        _YES_NO[row.suppressed] if driven else None,
        row.outcome if driven else None,
        _YES_NO[row.ejected] if driven else None,
        total_ms(stage["ms"] for stage in row.latency),
        row.recipe_revision,
        row.package,
        row.id,
    )
