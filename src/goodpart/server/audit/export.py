"""The audit trail as a file: CSV for a spreadsheet, JSON lines for programs and for whoever verifies it elsewhere."""

from collections.abc import AsyncIterator
from enum import StrEnum

from goodpart.server.audit.model import Link
from goodpart.server.audit.schemas import AuditEntryOut
from goodpart.server.kit.csv_tables import write_lines

_COLUMNS = list(AuditEntryOut.model_fields)


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"

    @property
    def media_type(self) -> str:
        return "text/csv; charset=utf-8" if self is ExportFormat.CSV else "application/x-ndjson"


async def lines(links: AsyncIterator[Link], form: ExportFormat) -> AsyncIterator[str]:
    if form is ExportFormat.CSV:
        yield write_lines([_COLUMNS])
    async for link in links:
        entry = AuditEntryOut.of(link)
        if form is ExportFormat.CSV:
            yield write_lines([[str(value) for value in entry.model_dump(mode="json").values()]])
        else:
            yield entry.model_dump_json() + "\n"
