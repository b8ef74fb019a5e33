"""What a calendar would change of key figures."""

from typing import Annotated

from fastapi import APIRouter

from goodpart.server.calendars.errors import CalendarInvalidError
from goodpart.server.calendars.schemas import FaultOut, PlanIn
from goodpart.server.kit.permissions import Permission, permit_aside
from goodpart.server.kit.requests import ResourcesDep, SignedIn
from goodpart.server.kpis.consequence import Comparison, ConsequenceOut
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind

router = APIRouter(tags=["calendars"])


@router.post("/places/{place}/calendar/consequence")
async def weigh_calendar(
    resources: ResourcesDep,
    signed_in: Annotated[SignedIn, permit_aside(Permission.CONFIGURE)],
    place: str,
    body: PlanIn,
) -> ConsequenceOut:
    """What this calendar would change for a site, or what is wrong with it. Nothing is written."""
    async with resources.database.work(signed_in.actor, read_only=True, reach=signed_in.reach) as work:
        site = await places.get_of_kind(work, place, PlaceKind.SITE)
        work.reach.require(site.id)
        try:
            comparison = await Comparison.of(work, site.id, body.plan())
        except CalendarInvalidError as error:
            return ConsequenceOut(faults=[FaultOut.of(fault) for fault in error.faults])
    return await comparison.consequence()
