"""Errors that say which HTTP status answers them."""

from collections.abc import Mapping

from goodpart.base.errors import GoodpartError


class HttpError(GoodpartError):
    """A `GoodpartError` that knows its status. The text of ``cause`` and ``remedy`` is shown to the reader."""

    status = 400
    headers: Mapping[str, str] = {}
    """Further headers of the answer."""
    extensions: Mapping[str, object] = {}
    """Further members of the answer (RFC 9457, section 3.2), for programs."""
    for_gateways = False
    """Only a program hears of it: pages need no words for it."""
    title = "The request cannot be answered"
