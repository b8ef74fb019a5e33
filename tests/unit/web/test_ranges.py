"""Resuming a download: one byte range at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.web.ranges import RangeError, parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-9", (0, 10)),
        ("bytes=5-", (5, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=90-500", (90, 100)),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str | None, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(header: str) -> None:
    with pytest.raises(RangeError):
        parse_range(header, 100)


@given(st.text(max_size=30), st.integers(0, 1000))
def test_any_header_gives_a_range_inside_or_is_refused(header: str, size: int) -> None:
    try:
        found = parse_range("bytes=" + header, size)
    except RangeError:
        return
    assert found is None or 0 <= found[0] < found[1] <= size
