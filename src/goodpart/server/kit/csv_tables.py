"""Tables as CSV files (RFC 4180), as spreadsheets write and read them. Pure.

A text that a spreadsheet would run as a formula is written with an apostrophe before it, and read without: what was
exported comes back as it was.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from goodpart.server.kit.errors import InvalidError

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection), marked as text before or not."""
_SUSPECT = frozenset("'=+-@\t\r")
"""How such a text begins. Two million cells of a long table are looked at, and hardly one goes on to the pattern."""
_MARKED = re.compile(r"'+[=+\-@\t\r]")
MOST_ROWS = 20_000
"""Everything else of the server waits while rows are compared with what is known."""
_BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that a file is UTF-8."""


class Separator(StrEnum):
    """Between cells. A spreadsheet expects the one of its language: German ones the semicolon."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def sign(self) -> str:
        return "," if self is Separator.COMMA else ";"


class CsvUnreadableError(InvalidError):
    """The file as a whole is no such table."""

    code = "csv_unreadable"


@dataclass(frozen=True)
class CsvRow:
    line: int
    """On which it starts, the header's being 1."""
    cells: dict[str, str]
    """By column, as they stand; columns that the file lacks are missing here."""
    surplus: bool = False
    """It has more cells than there are columns."""


def harmless(cell: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe before it; numbers stay numbers."""
    if not isinstance(cell, str) or cell[:1] not in _SUSPECT:
        return cell
    return f"'{cell}" if _FORMULA.match(cell) else cell


def write_lines(rows: Iterable[Sequence[object]], separator: Separator = Separator.COMMA) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator.sign).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()


def write_head(columns: Sequence[str], separator: Separator) -> str:
    """What a file begins with, the mark included that makes spreadsheets read it as UTF-8; `write_lines` goes on."""
    return _BYTE_ORDER_MARK + write_lines([columns], separator)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], separator: Separator) -> str:
    """A whole file."""
    return write_head(columns, separator) + write_lines(rows, separator)


def read_table(content: bytes, columns: Sequence[str], required: Sequence[str]) -> list[CsvRow]:
    """The rows below the header, which names some of ``columns`` in any order, the ``required`` ones among them.

    Cells may be separated by commas, semicolons or tabs; empty lines are left out. Raises `CsvUnreadableError`.
    """
    text = _decoded(content)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    header: list[str] | None = None
    rows: list[CsvRow] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header is None:
                    header = _checked_header([cell.strip().lower() for cell in cells], columns, required)
                elif len(rows) == MOST_ROWS:
                    raise CsvUnreadableError(f"The file has more than {MOST_ROWS} rows.", "Split the file.")
                else:
                    rows.append(_row(line, header, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CsvUnreadableError(
            f"Line {line} cannot be read as CSV: {error}.", "Save the table as CSV UTF-8 from the spreadsheet again."
        ) from error
    if header is None:
        raise CsvUnreadableError("The file is empty.", f"Its first line names the columns: {', '.join(columns)}.")
    return rows


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise CsvUnreadableError(
            f"Line {line} is not UTF-8 text.", "In the spreadsheet, save as `CSV UTF-8` instead of `CSV`."
        ) from error
    if "\0" in text:
        raise CsvUnreadableError("The file is not a text.", "Export a table first, and edit that file.")
    return text


def _checked_header(header: list[str], columns: Sequence[str], required: Sequence[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    wrong = [name for name in header if name not in columns]
    missing = [name for name in required if name not in header]
    twice = [name for name in columns if header.count(name) > 1]
    if wrong or missing or twice:
        causes = [
            *(f"there is no column {name!r}" for name in wrong[:3]),
            *(f"the column {name!r} is missing" for name in missing),
            *(f"the column {name!r} is there twice" for name in twice),
        ]
        raise CsvUnreadableError(
            f"The first line does not fit: {'; '.join(causes)}.", f"Name the columns: {', '.join(columns)}."
        )
    return header


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> CsvRow:
    texts = [_unmarked(cell) for cell in cells]
    return CsvRow(
        line,
        {name: texts[at] if at < len(texts) else "" for at, name in enumerate(header)},
        surplus=any(text.strip() for text in texts[len(header) :]),
    )


def _unmarked(cell: str) -> str:
    return cell[1:] if _MARKED.match(cell) else cell
