"""Rows of places and part numbers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.kit.database import Base
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.paths import folded
from goodpart.server.kit.reach import Reach
from goodpart.server.places.model import (
    DEPENDENTS_OF_PARTS,
    IdealCycle,
    PartNumber,
    PartNumberCounts,
    PartState,
    Place,
    PlaceKind,
)
from goodpart.server.places.tables import IdealCycleRow, PartNumberRow, PlaceRow

COUNTED_UP_TO = 1000
GOES_WITH_IT = {
    "ideal_cycles": "place",
    "calendar_revisions": "site",
    "recomputations": "station",
    "station_previews": "station",
}
"""Tables whose rows are removed with their place, and the column that names it."""


async def add(session: AsyncSession, place: Place, *, created_at: datetime) -> None:
    session.add(
        PlaceRow(
            id=place.id,
            kind=place.kind,
            name=place.name,
            parent=place.parent,
            timezone=place.timezone,
            oee_target=place.oee_target,
            created_at=created_at,
        )
    )
    await session.flush()


async def list_all(session: AsyncSession) -> list[Place]:
    """In the order in which they were made."""
    rows = (await session.scalars(sa.select(PlaceRow).order_by(PlaceRow.created_at, PlaceRow.id))).all()
    _keep(session, rows)
    return [_place(row) for row in rows]


async def find(session: AsyncSession, place: str) -> Place | None:
    row = await session.get(PlaceRow, place)
    if row is None:
        return None
    _keep(session, [row])
    return _place(row)


async def change(session: AsyncSession, place: Place) -> None:
    """Write what of ``place`` can change: all but its kind."""
    row = await session.get_one(PlaceRow, place.id)
    row.name, row.parent, row.timezone, row.oee_target = place.name, place.parent, place.timezone, place.oee_target
    await session.flush()


async def sibling_named(session: AsyncSession, name: str, parent: str | None, *, but: str = "") -> bool:
    """Whether another place right under ``parent`` has this name, or one that a path cannot tell from it."""
    beside = PlaceRow.parent.is_(None) if parent is None else PlaceRow.parent == parent
    names = await session.scalars(sa.select(PlaceRow.name).where(beside, PlaceRow.id != but))
    return folded(name) in {folded(each) for each in names}


async def dependents(session: AsyncSession, place: str) -> dict[str, int]:
    """How many rows of each table, up to `COUNTED_UP_TO`, are of ``place``; what goes with it is not among them."""
    its_id = Base.metadata.tables[PlaceRow.__tablename__].c.id
    found: dict[str, int] = {}
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if table.name in GOES_WITH_IT or all(key.column is not its_id for key in column.foreign_keys):
                continue
            if count := await _count_rows(session, column == place):
                found[table.name] = found.get(table.name, 0) + count
    return found


async def remove(session: AsyncSession, place: str) -> None:
    for name, column in GOES_WITH_IT.items():
        table = Base.metadata.tables[name]
        await session.execute(sa.delete(table).where(table.c[column] == place))
    await session.execute(sa.delete(PlaceRow).where(PlaceRow.id == place))


async def add_part_number(session: AsyncSession, part: PartNumber, *, created_at: datetime) -> None:
    session.add(
        PartNumberRow(
            id=part.id,
            number=part.number,
            name=part.name,
            ideal_cycle_ms=part.ideal_cycle_ms,
            created_at=created_at,
        )
    )
    await session.flush()


async def list_part_numbers(session: AsyncSession) -> list[PartNumber]:
    rows = await session.scalars(sa.select(PartNumberRow).order_by(PartNumberRow.number))
    return [_part_number(row) for row in rows]


async def search_part_numbers(
    session: AsyncSession, text: str, state: PartState | None, request: PageRequest
) -> Page[PartNumber]:
    """Those with ``text`` in number or name, in capitals or not, by number; of either state where it is None."""
    query = sa.select(PartNumberRow).where(_saying(text))
    if state is not None:
        retired = PartNumberRow.retired_at.is_not(None)
        query = query.where(retired if state is PartState.RETIRED else ~retired)
    page = await fetch_page(session, query, [PartNumberRow.number], request, descending=False)
    return Page(tuple(_part_number(row) for row in page.rows), page.next)


async def count_part_numbers(session: AsyncSession, text: str) -> PartNumberCounts:
    """How many `search_part_numbers` finds."""
    counts = sa.select(sa.func.count(), sa.func.count(PartNumberRow.retired_at)).where(_saying(text))
    found, retired = (await session.execute(counts)).one()
    return PartNumberCounts(found, retired)


def _saying(text: str) -> sa.ColumnElement[bool]:
    if not text:
        return sa.true()
    said = (PartNumberRow.number, PartNumberRow.name)
    return sa.or_(*(sa.func.lower(each).contains(text.lower(), autoescape=True) for each in said))


async def find_part_number(session: AsyncSession, number: str, *, keep: bool = False) -> PartNumber | None:
    """``keep``: nobody removes it before this transaction ends."""
    query = sa.select(PartNumberRow).where(PartNumberRow.number == number)
    row = await session.scalar(query.with_for_update(read=True) if keep else query)
    return _part_number(row) if row else None


async def get_part_number(session: AsyncSession, part: str) -> PartNumber | None:
    """By its id."""
    row = await session.get(PartNumberRow, part)
    return _part_number(row) if row else None


async def own_cycles(session: AsyncSession, numbers: Collection[str]) -> dict[str, int]:
    """The ideal cycle times that part numbers have wherever no place says otherwise."""
    query = sa.select(PartNumberRow.number, PartNumberRow.ideal_cycle_ms).where(PartNumberRow.number.in_(numbers))
    return {row.number: row.ideal_cycle_ms for row in await session.execute(query)}


async def cycles_at(
    session: AsyncSession, places: Collection[str], numbers: Collection[str]
) -> dict[str, dict[str, int]]:
    """Ideal cycle times that these places say of their own, by place and number."""
    query = (
        sa.select(IdealCycleRow.place, PartNumberRow.number, IdealCycleRow.ideal_cycle_ms)
        .join(PartNumberRow, PartNumberRow.id == IdealCycleRow.part)
        .where(IdealCycleRow.place.in_(places), PartNumberRow.number.in_(numbers))
    )
    found: dict[str, dict[str, int]] = {}
    for place, number, ideal in await session.execute(query):
        found.setdefault(place, {})[number] = ideal
    return found


async def list_cycles(session: AsyncSession, reach: Reach, parts: Collection[str] | None) -> list[IdealCycle]:
    query = sa.select(IdealCycleRow).where(reach.limits(IdealCycleRow.place))
    rows = await session.scalars(query if parts is None else query.where(IdealCycleRow.part.in_(parts)))
    return [IdealCycle(row.part, row.place, row.ideal_cycle_ms) for row in rows]


async def change_part_number(session: AsyncSession, part: PartNumber) -> None:
    row = await session.get_one(PartNumberRow, part.id)
    row.name, row.ideal_cycle_ms, row.retired_at = part.name, part.ideal_cycle_ms, part.retired_at
    await session.flush()


async def lock_part_number(session: AsyncSession, part: str) -> None:
    """Whoever begins to use it waits until this transaction ends, and those who have begun are waited for."""
    await session.execute(sa.select(PartNumberRow.id).where(PartNumberRow.id == part).with_for_update())


async def dependents_of_part(session: AsyncSession, number: str) -> dict[str, int]:
    """How many rows of each table, up to `COUNTED_UP_TO`, are of the part number."""
    return {
        name: count
        for name in DEPENDENTS_OF_PARTS
        if (count := await _count_rows(session, Base.metadata.tables[name].c.part_number == number))
    }


async def remove_part_number(session: AsyncSession, part: str) -> None:
    """With its ideal cycle times."""
    await session.execute(sa.delete(IdealCycleRow).where(IdealCycleRow.part == part))
    await session.execute(sa.delete(PartNumberRow).where(PartNumberRow.id == part))
    session.expire_all()


async def add_part_numbers(session: AsyncSession, parts: Sequence[PartNumber], *, created_at: datetime) -> None:
    if parts:
        await session.execute(sa.insert(PartNumberRow), [{**asdict(part), "created_at": created_at} for part in parts])


async def write_part_numbers(session: AsyncSession, parts: Sequence[PartNumber]) -> None:
    """Their names and ideal cycle times."""
    if parts:
        said = [{"id": part.id, "name": part.name, "ideal_cycle_ms": part.ideal_cycle_ms} for part in parts]
        await session.execute(sa.update(PartNumberRow), said)
        session.expire_all()


async def write_cycles(session: AsyncSession, cycles: Mapping[tuple[str, str], int]) -> None:
    """By the id of the part number and the place; 0 removes one."""
    keys = sa.tuple_(IdealCycleRow.part, IdealCycleRow.place)
    said = list(cycles)
    for start in range(0, len(said), 500):
        await session.execute(sa.delete(IdealCycleRow).where(keys.in_(said[start : start + 500])))
    values = [
        {"part": part, "place": place, "ideal_cycle_ms": ideal} for (part, place), ideal in cycles.items() if ideal
    ]
    if values:
        await session.execute(sa.insert(IdealCycleRow), values)
    session.expire_all()


async def put_cycle(session: AsyncSession, cycle: IdealCycle) -> None:
    await session.merge(IdealCycleRow(place=cycle.place, part=cycle.part, ideal_cycle_ms=cycle.ideal_cycle_ms))
    await session.flush()


async def find_cycle(session: AsyncSession, part: str, place: str) -> IdealCycle | None:
    row = await session.get(IdealCycleRow, (place, part), populate_existing=True)
    return IdealCycle(row.part, row.place, row.ideal_cycle_ms) if row else None


async def remove_cycle(session: AsyncSession, part: str, place: str) -> None:
    await session.execute(sa.delete(IdealCycleRow).where(IdealCycleRow.part == part, IdealCycleRow.place == place))


async def _count_rows(session: AsyncSession, condition: sa.ColumnElement[bool]) -> int:
    some = sa.select(sa.literal(1)).where(condition).limit(COUNTED_UP_TO)
    return await session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0


def _keep(session: AsyncSession, rows: Iterable[PlaceRow]) -> None:
    """For as long as the session: by itself it forgets a row that nobody holds, and a figure goes up the same few
    places again and again."""
    session.info.setdefault(PlaceRow, set()).update(rows)


def _place(row: PlaceRow) -> Place:
    return Place(row.id, PlaceKind(row.kind), row.name, row.parent, row.timezone, row.oee_target)


def _part_number(row: PartNumberRow) -> PartNumber:
    return PartNumber(row.id, row.number, row.name, row.ideal_cycle_ms, row.retired_at)
