"""Revisions of calendars in the database."""

import json
from datetime import date, time
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.kpi.shifts import Break, Shift
from goodpart.server.calendars.model import Exceptional, Plan, Revision, Week
from goodpart.server.calendars.tables import CalendarRevisionRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page


async def newest(session: AsyncSession, site: str) -> Revision | None:
    row = await session.scalar(
        sa.select(CalendarRevisionRow)
        .where(CalendarRevisionRow.site == site)
        .order_by(CalendarRevisionRow.revision.desc())
        .limit(1)
    )
    return _revision(row) if row else None


async def list_newest(session: AsyncSession, site: str, request: PageRequest) -> Page[Revision]:
    query = sa.select(CalendarRevisionRow).where(CalendarRevisionRow.site == site)
    page = await fetch_page(session, query, [CalendarRevisionRow.revision], request)
    return Page(tuple(_revision(row) for row in page.rows), page.next)


async def add(session: AsyncSession, site: str, revision: Revision) -> None:
    session.add(
        CalendarRevisionRow(
            site=site,
            revision=revision.number,
            plan=_written(revision.plan),
            changed_at=revision.changed_at,
            changed_by=revision.changed_by,
        )
    )
    await session.flush()


def _revision(row: CalendarRevisionRow) -> Revision:
    return Revision(row.revision, _read(row.plan), row.changed_at, row.changed_by)


def _written(plan: Plan) -> str:
    content = {
        "weeks": [
            {
                "first": week.first.isoformat() if week.first else None,
                "shifts": [_entry(shift) for shift in week.shifts],
            }
            for week in plan.weeks
        ],
        "days": [
            {
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "name": one.name,
                "shifts": [_entry(shift) for shift in one.shifts],
            }
            for one in plan.days
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=64)  # every batch of every station asks for the same few
def _read(written: str) -> Plan:
    content = json.loads(written)
    return Plan(
        tuple(
            Week(date.fromisoformat(week["first"]) if week["first"] else None, _shifts(week["shifts"]))
            for week in content["weeks"]
        ),
        tuple(
            Exceptional(
                date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), one["name"], _shifts(one["shifts"])
            )
            for one in content["days"]
        ),
    )


def _shifts(entries: list[dict[str, Any]]) -> tuple[Shift, ...]:
    return tuple(
        Shift(
            entry["name"],
            time.fromisoformat(entry["start"]),
            time.fromisoformat(entry["end"]),
            frozenset(entry["weekdays"]),
            tuple(Break(time.fromisoformat(b["start"]), time.fromisoformat(b["end"])) for b in entry["breaks"]),
        )
        for entry in entries
    )


def _entry(shift: Shift) -> dict[str, Any]:
    return {
        "name": shift.name,
        "weekdays": sorted(shift.weekdays),
        "start": f"{shift.start:%H:%M}",
        "end": f"{shift.end:%H:%M}",
        "breaks": [{"start": f"{b.start:%H:%M}", "end": f"{b.end:%H:%M}"} for b in shift.breaks],
    }
