"""Tables that spreadsheets write and read: what goes out comes in as it was, and what cannot be read is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.kit.csv_tables import MOST_ROWS, CsvUnreadableError, Separator, read_table, write_table

COLUMNS = ("number", "name", "place")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
formulas = st.builds(str.__add__, st.sampled_from(["=", "+", "-", "@", "\t", "\r", "'=", "''@"]), texts)
cells = texts | formulas


def read(text: str | bytes) -> list[list[str]]:
    content = text.encode() if isinstance(text, str) else text
    return [list(row.cells.values()) for row in read_table(content, COLUMNS, ("number",))]


@given(rows=st.lists(st.tuples(cells, cells, cells)), separator=st.sampled_from(Separator))
def test_a_table_comes_back_as_it_was_written(rows: list[tuple[str, str, str]], separator: Separator) -> None:
    kept = [row for row in rows if any(cell.strip() for cell in row)]

    assert read(write_table(COLUMNS, kept, separator)) == [list(row) for row in kept]


@given(cell=cells)
def test_no_cell_that_is_written_begins_like_a_formula(cell: str) -> None:
    (row,) = write_table(("number",), [[cell + "x"]], Separator.COMMA).split("\r\n", 1)[1].rstrip("\r\n").split("\0")

    assert not row.strip('"').startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("sign", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_a_file_is_read_however_a_spreadsheet_writes_it(mark: bytes, end: str, sign: str) -> None:
    text = end.join([sign.join(["Number", " NAME "]), sign.join(["4711", "Bügel"]), "", sign.join(['"a""b"', ""]), ""])

    assert read(mark + text.encode()) == [["4711", "Bügel"], ['a"b', ""]]


def test_a_row_knows_the_line_it_starts_on_and_what_it_has_too_much() -> None:
    rows = read_table(b'number,name\n1,"two\nlines"\n\n2\n3,x,y\n', COLUMNS, ("number",))

    assert [(row.line, row.cells["name"], row.surplus) for row in rows] == [
        (2, "two\nlines", False),
        (5, "", False),
        (6, "x", True),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"name\nx\n", "'number' is missing"),
        (b"number,colour\n", "no column 'colour'"),
        (b"number,number\n", "twice"),
        ("number\nBügel".encode("cp1252"), "Line 2 is not UTF-8"),
        (b"number\n\x00", "not a text"),
        (b'number\n"open\n', "Line 2 cannot be read"),
        (b'number\n"a"b\n', "Line 2 cannot be read"),
        (b"number\n" + b"1\n" * (MOST_ROWS + 1), "more than 20000 rows"),
        (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "not UTF-8"),
    ],
    ids=lambda value: None if len(value) < 60 else "too long",
)
def test_a_file_that_is_no_such_table_is_refused_with_what_is_wrong(content: bytes, said: str) -> None:
    with pytest.raises(CsvUnreadableError, match=said) as refused:
        read(content)
    assert refused.value.remedy
