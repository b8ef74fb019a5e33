"""The audit trail as a file: CSV for a spreadsheet, JSON lines for programs and for whoever verifies it elsewhere."""

import csv
import io
from collections.abc import AsyncIterator
from enum import StrEnum

from goodpart.server.audit.model import Link
from goodpart.server.audit.schemas import AuditEntryOut

_COLUMNS = list(AuditEntryOut.model_fields)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"

    @property
    def media_type(self) -> str:
        return "text/csv; charset=utf-8" if self is ExportFormat.CSV else "application/x-ndjson"


async def lines(links: AsyncIterator[Link], form: ExportFormat) -> AsyncIterator[str]:
    if form is ExportFormat.CSV:
        yield _csv_line(_COLUMNS)
    async for link in links:
        entry = AuditEntryOut.of(link)
        if form is ExportFormat.CSV:
            yield _csv_line([str(value) for value in entry.model_dump(mode="json").values()])
        else:
            yield entry.model_dump_json() + "\n"


def _csv_line(cells: list[str]) -> str:
    """RFC 4180. What a spreadsheet would run as a formula is marked as text."""
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue()
