"""Lists that go on: pages by key, never by offset, so that no row is skipped or repeated while others arrive."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import sqlalchemy as sa
from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from goodpart.server.kit.errors import InvalidError

MAX_LIMIT = 500
_LONGEST_CURSOR = 2000
"""Signs: a name of 200, each of four bytes or escaped, fits in."""
_MOST = 2**63 - 1

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


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: tuple[Row, ...]
    next: str | None = None

    def listing(self, to_item: Callable[[Row], Other]) -> Listing[Other]:
        return Listing(items=[to_item(row) for row in self.rows], next=self.next)


def read_page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
    cursor: Annotated[str | None, Query(max_length=_LONGEST_CURSOR)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


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
    if request.cursor is not None:
        values = _decode(request.cursor, keys)
        place = sa.tuple_(*(sa.literal(value, key.type) for value, key in zip(values, keys, strict=True)))
        row_key = sa.tuple_(*keys)
        query = query.where(row_key < place if descending else row_key > place)
    ordered = query.order_by(*(key.desc() if descending else key.asc() for key in keys))
    found = (await session.scalars(ordered.limit(request.limit + 1))).all()
    rows = tuple(found[: request.limit])
    more = len(found) > request.limit
    return Page(rows, _encode(rows[-1], keys) if more else None)


def _encode(row: object, keys: Sequence[InstrumentedAttribute[Any]]) -> str:
    values = [getattr(row, key.key) for key in keys]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_read(value, key.type.python_type) for value, key in zip(plain, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorError("The cursor of this list cannot be read.", "Start again from the first page.") from error


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
