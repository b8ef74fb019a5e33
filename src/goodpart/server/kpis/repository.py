"""State reports and station-minutes in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.kpi.minutes import StationMinute
from goodpart.kpi.states import StateReport
from goodpart.kpi.sums import COUNTED, Sums
from goodpart.kpi.window import Window
from goodpart.server.kpis.tables import StateReportRow, station_minutes


async def lock_station(session: AsyncSession, station: str) -> None:
    """Until the end of the transaction nobody else recomputes this station's minutes.

    On PostgreSQL two transactions that touch one minute would each miss what the other has not committed yet. SQLite
    has one writer at a time anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"station-minutes {station}"}
        )


async def add_report(session: AsyncSession, station: str, epoch: str, report: StateReport) -> bool:
    """False where it is known already."""
    key = (station, report.at, epoch, report.number)
    if await session.get(StateReportRow, key) is not None:
        return False
    session.add(
        StateReportRow(
            station=station,
            at=report.at,
            epoch=epoch,
            number=report.number,
            state=report.state,
            part_number=report.part_number,
            reason=report.reason,
            mode=report.mode,
        )
    )
    await session.flush()
    return True


async def reports_within(session: AsyncSession, station: str, window: Window) -> list[StateReport]:
    rows = await session.scalars(
        select(StateReportRow).where(
            StateReportRow.station == station, StateReportRow.at >= window.start, StateReportRow.at < window.end
        )
    )
    return [_report(row) for row in rows]


async def latest_report(session: AsyncSession, station: str, at: datetime) -> StateReport | None:
    """The report that holds at ``at``, however old."""
    row = await session.scalar(
        select(StateReportRow)
        .where(StateReportRow.station == station, StateReportRow.at <= at)
        .order_by(StateReportRow.at.desc(), StateReportRow.number.desc())
        .limit(1)
    )
    return _report(row) if row else None


async def state_since(session: AsyncSession, station: str, report: StateReport) -> datetime:
    """Since when the machine has said the same as in ``report``, without having said anything else."""
    of_station = StateReportRow.station == station
    other = (
        select(func.max(StateReportRow.at))
        .where(
            of_station,
            StateReportRow.at < report.at,
            or_(StateReportRow.state != report.state, StateReportRow.reason != report.reason),
        )
        .scalar_subquery()
    )
    since: datetime | None = await session.scalar(
        select(func.min(StateReportRow.at)).where(
            of_station, StateReportRow.at <= report.at, or_(other.is_(None), StateReportRow.at > other)
        )
    )
    return since or report.at


async def first_report(session: AsyncSession, station: str) -> datetime | None:
    return await session.scalar(select(func.min(StateReportRow.at)).where(StateReportRow.station == station))


async def replace_minutes(session: AsyncSession, station: str, window: Window, rows: Iterable[StationMinute]) -> None:
    """``window`` is of whole minutes; ``rows`` are all that it holds from now on."""
    table = station_minutes
    await session.execute(
        delete(table).where(table.c.station == station, table.c.minute >= window.start, table.c.minute < window.end)
    )
    values = [
        {
            "station": station,
            "minute": row.minute,
            "part_number": row.part_number,
            "shift": row.shift,
            **{name: getattr(row.sums, name) for name in COUNTED},
        }
        for row in rows
    ]
    if values:
        await session.execute(insert(table), values)


async def minutes_within(session: AsyncSession, station: str, window: Window) -> list[StationMinute]:
    """The stored rows of the minutes that start in ``window``, not rated yet."""
    table = station_minutes
    rows = await session.execute(
        select(table)
        .where(table.c.station == station, table.c.minute >= window.start, table.c.minute < window.end)
        .order_by(table.c.minute, table.c.part_number)
    )
    return [
        StationMinute(station, row["minute"], row["part_number"], row["shift"], Sums(**{n: row[n] for n in COUNTED}))
        for row in rows.mappings()
    ]


async def sums_within(session: AsyncSession, station: str, window: Window) -> dict[str, Sums]:
    """The stored rows of the minutes that start in ``window``, added up by part number; not rated yet."""
    table = station_minutes
    rows = await session.execute(
        select(table.c.part_number, *(func.sum(table.c[name]).label(name) for name in COUNTED))
        .where(table.c.station == station, table.c.minute >= window.start, table.c.minute < window.end)
        .group_by(table.c.part_number)
    )
    # PostgreSQL adds bigints up to numeric.
    return {row["part_number"]: Sums(**{name: int(row[name]) for name in COUNTED}) for row in rows.mappings()}


async def count_logged(session: AsyncSession, station: str, window: Window) -> int:
    """How many minutes in ``window`` have any row."""
    table = station_minutes
    query = select(func.count(table.c.minute.distinct())).where(
        table.c.station == station, table.c.minute >= window.start, table.c.minute < window.end
    )
    return await session.scalar(query) or 0


async def logged_minutes(
    session: AsyncSession, station: str, window: Window, limit: int | None = None
) -> Sequence[datetime]:
    """The minutes in ``window`` that have any row, in order; the first ``limit`` of them."""
    table = station_minutes
    found = await session.scalars(
        select(table.c.minute)
        .where(table.c.station == station, table.c.minute >= window.start, table.c.minute < window.end)
        .distinct()
        .order_by(table.c.minute)
        .limit(limit)
    )
    return found.all()


def _report(row: StateReportRow) -> StateReport:
    return StateReport(row.at, row.state, row.part_number, row.reason, row.number, row.mode)
