"""Alarms, newest first."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from goodpart.server.alarms import service
from goodpart.server.alarms.schemas import AlarmOut
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep

router = APIRouter(tags=["alarms"])


@router.get("/alarms", dependencies=[permit(Permission.VIEW)])
async def list_alarms(
    work: WorkDep,
    request: PageDep,
    state: Literal["open", "all"] = "open",
    station: Annotated[list[str] | None, Query(max_length=200, description="Of these stations alone")] = None,
) -> Listing[AlarmOut]:
    """Newest first."""
    page = await service.list_newest(work, request, open_only=state == "open", stations=station)
    return page.listing(AlarmOut.of)
