"""The calendar of a site over HTTP."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from goodpart.server.calendars import service
from goodpart.server.calendars.errors import DaysError
from goodpart.server.calendars.preview import LONGEST_PREVIEW_DAYS, PlannedDayOut, preview
from goodpart.server.calendars.schemas import CalendarOut, Day, PlanIn
from goodpart.server.kit.edits import EditDep, TaggedDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work

router = APIRouter(tags=["calendars"])


@router.get("/places/{place}/calendar", dependencies=[permit(Permission.VIEW)])
async def get_calendar(work: WorkDep, tagged: TaggedDep, place: str) -> CalendarOut:
    """When a site means to produce."""
    return tagged(await _read(work, place))


@router.put("/places/{place}/calendar", dependencies=[permit(Permission.CONFIGURE)])
async def set_calendar(work: WorkDep, edit: EditDep, place: str, body: PlanIn) -> CalendarOut:
    """Make this the next revision. Where it plans the past differently, figures of the past follow.

    422 ``calendar_invalid`` lists everything that is wrong in ``faults``, by field.
    """
    plan = body.plan()
    await edit.begin(work, service.subject_of(place), partial(_read, work, place))
    await service.replace(work, place, plan)
    return edit.tagged(await _read(work, place))


@router.get("/places/{place}/calendar/revisions", dependencies=[permit(Permission.VIEW)])
async def list_calendar_revisions(work: WorkDep, place: str, request: PageDep) -> Listing[CalendarOut]:
    """What the calendar has said, the newest revision first."""
    site, _ = await service.get(work, place)
    follow = await service.figures_follow(work, place)
    page = await service.revisions(work, place, request)
    return page.listing(lambda one: CalendarOut.of(site, one, figures_follow=follow))


@router.get("/places/{place}/calendar/preview", dependencies=[permit(Permission.VIEW)])
async def preview_calendar(
    work: WorkDep,
    place: str,
    first: Annotated[Day, Query(alias="from", description="A day of the site")],
    last: Annotated[Day, Query(alias="to", description="Included")],
) -> Listing[PlannedDayOut]:
    """What the calendar plans for each of these days, by the site's clock and in UTC."""
    if not 0 <= (last - first) / timedelta(days=1) < LONGEST_PREVIEW_DAYS:
        raise DaysError.of(first, last, LONGEST_PREVIEW_DAYS)
    site, revision = await service.get(work, place)
    return Listing(items=preview(service.calendar_of(site, revision), first, last))


async def _read(work: Work, site: str) -> CalendarOut:
    place, revision = await service.get(work, site)
    return CalendarOut.of(place, revision, figures_follow=await service.figures_follow(work, site))
