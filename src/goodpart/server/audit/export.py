"""The audit trail as a file: CSV for a spreadsheet, JSON lines for programs and for whoever verifies it elsewhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from enum import StrEnum

from goodpart.server.audit.model import Link
from goodpart.server.audit.schemas import AuditEntryOut
from goodpart.server.kit.csv_tables import Separator, write_head, write_lines
from goodpart.server.kit.media import CSV, JSON_LINES, csv_example, text
from goodpart.server.kit.work import ActorKind

_COLUMNS = list(AuditEntryOut.model_fields)
_EXAMPLE = AuditEntryOut(
    number=417,
    id="019a7d3e-5c1a-7b2e-9f4d-2a6c8e0b1d35",
    at=datetime(2026, 11, 2, 6, tzinfo=UTC),
    actor="Ada",
    actor_kind=ActorKind.USER,
    actor_id="019a7d3e-1b0c-7d11-8a52-6f0d2b9c4e77",
    action="gateway.renamed",
    subject="019a7d3e-4f2d-7c3a-b1e8-90d4c5a6f218",
    detail="Box 7 to Box 8",
    hash="3f" * 32,
)


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"

    @property
    def media_type(self) -> str:
        return CSV if self is ExportFormat.CSV else JSON_LINES


async def lines(links: AsyncIterator[Link], form: ExportFormat, separator: Separator) -> AsyncIterator[str]:
    if form is ExportFormat.CSV:
        yield write_head(_COLUMNS, separator)
    async for link in links:
        entry = AuditEntryOut.of(link)
        if form is ExportFormat.CSV:
            yield write_lines([_cells(entry)], separator)
        else:
            yield _line(entry)


def _cells(entry: AuditEntryOut) -> list[str]:
    return [str(value) for value in entry.model_dump(mode="json").values()]


def _line(entry: AuditEntryOut) -> str:
    return entry.model_dump_json() + "\n"


EXAMPLES = (csv_example(_COLUMNS, _cells(_EXAMPLE)), text(JSON_LINES, _line(_EXAMPLE)))
"""Of every form."""
