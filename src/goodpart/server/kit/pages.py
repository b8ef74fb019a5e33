"""Lists that go on: pages by key, never by offset, so that no row is skipped or repeated while others arrive.

A cursor is the keys of the last row of a page and the name of the list that the page is of: what was asked for, all but
how much of it at once. Elsewhere, and with other filters, the same keys would leave out rows that nobody has seen.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import sqlalchemy as sa
from fastapi import Depends, Query, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from goodpart.server.kit.errors import InvalidError

MAX_LIMIT = 500
_LONGEST_CURSOR = 2000
"""Signs: a name of 200, each of four bytes or escaped, fits in."""
_MOST = 2**63 - 1
_OF_THE_PAGE = frozenset({"limit", "cursor"})
"""Parameters that say which page of a list is wanted; all others say which list."""

Row = TypeVar("Row")
Item = TypeVar("Item")
Other = TypeVar("Other")


class CursorError(InvalidError):
    code = "cursor_unreadable"


class Listing(BaseModel, Generic[Item]):
    """How every list is answered."""

    items: list[Item]
    next: str | None = None
    """Pass it as ``cursor`` for the page after this one; null on the last page."""


@dataclass(frozen=True)
class PageRequest:
    limit: int = 100
    cursor: str | None = None
    listing: str = ""
    """The name of the list; cursors of one are refused by another."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: tuple[Row, ...]
    next: str | None = None

    def listing(self, to_item: Callable[[Row], Other]) -> Listing[Other]:
        return Listing(items=[to_item(row) for row in self.rows], next=self.next)


def read_page_request(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
    cursor: Annotated[str | None, Query(max_length=_LONGEST_CURSOR)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor, _listing_of(request))


PageDep = Annotated[PageRequest, Depends(read_page_request)]


async def fetch_page(
    session: AsyncSession,
    query: sa.Select[Row],
    keys: Sequence[InstrumentedAttribute[Any]],
    request: PageRequest,
    *,
    descending: bool = True,
) -> Page[Row]:
    """One page of ``query``, sorted by ``keys``, whose last one is unique. Raises `CursorError`.

    The keys are columns of the selected entity: ``[InspectionRow.triggered_at, InspectionRow.id]``.
    """
    last = None if request.cursor is None else _decode(request.cursor, request.listing, keys)
    ordered = from_there_on(query, keys, last, descending=descending)
    found = (await session.scalars(ordered.limit(request.limit + 1))).all()
    rows = tuple(found[: request.limit])
    more = len(found) > request.limit
    return Page(rows, _encode(rows[-1], request.listing, keys) if more else None)


def from_there_on(
    query: sa.Select[Row], keys: Sequence[InstrumentedAttribute[Any]], last: Sequence[Any] | None, *, descending: bool
) -> sa.Select[Row]:
    """``query`` sorted by ``keys``, whose last one is unique, and without what comes before and at ``last``, the keys
    of a row; None: from the beginning."""
    if last is not None:
        place = sa.tuple_(*(sa.literal(value, key.type) for value, key in zip(last, keys, strict=True)))
        row_key = sa.tuple_(*keys)
        query = query.where(row_key < place if descending else row_key > place)
    return query.order_by(*(key.desc() if descending else key.asc() for key in keys))


def _listing_of(request: Request) -> str:
    """Of the path and the filters as they were asked for, whatever their order; 16 characters of a digest.

    What the filters come to may change while somebody reads, as when a line gets another station: it is the same list.
    """
    filters = sorted(each for each in request.query_params.multi_items() if each[0] not in _OF_THE_PAGE)
    said = json.dumps([request.scope["path"], *filters])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _encode(row: object, listing: str, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, key.key) for key in keys]
    plain = [listing, *(value.isoformat() if isinstance(value, datetime) else value for value in values)]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(cursor: str, listing: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        named, *plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_read(value, key.type.python_type) for value, key in zip(plain, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise CursorError("The cursor of this list cannot be read.", "Start again from the first page.") from error
    if named != listing:
        raise CursorError("The cursor is of another list, or of other filters.", "Start again from the first page.")
    return values


def _read(value: object, kind: type) -> object:
    if kind is datetime:
        if not isinstance(value, str):
            raise TypeError(value)
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError(value)
        return instant
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(value)
    if isinstance(value, int) and not -_MOST <= value <= _MOST:
        raise ValueError("no database holds it")
    if isinstance(value, str):
        value.encode()  # raises ValueError for half a surrogate pair
    return value
