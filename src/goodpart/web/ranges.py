"""Byte ranges (RFC 9110, section 14): one range per request, which is what resuming a download takes."""

import re

from goodpart.web.errors import HttpError

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeError(HttpError):
    for_gateways = True
    status = 416
    code = "range_not_satisfiable"
    title = "No such range"


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """``(start, end)``, the end not included; None where the whole is to be sent, also for forms that we do not serve.

    Raises `RangeError` where the range begins behind the end.
    """
    match = _ONE_RANGE.fullmatch(header.replace(" ", "")) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeError(f"The range {header} begins behind the end of {size} bytes.", "Ask for the whole.")
    return start, end
