"""The audit trail over HTTP. It is of the whole enterprise, so only a role for all of it opens it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime
from starlette.responses import StreamingResponse

from goodpart.server.audit import service
from goodpart.server.audit.export import EXAMPLES, ExportFormat, lines
from goodpart.server.audit.model import AuditFilter
from goodpart.server.audit.schemas import AuditEntryOut, VerificationOut
from goodpart.server.kit.csv_tables import Separator
from goodpart.server.kit.media import answered, attachment
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit_everywhere
from goodpart.server.kit.requests import ResourcesDep, WorkDep

router = APIRouter(prefix="/audit", tags=["audit"], dependencies=[permit_everywhere(Permission.AUDIT)])


def read_filter(
    actor: Annotated[str | None, Query(max_length=200, description="A part of the name")] = None,
    action: Annotated[str | None, Query(max_length=200, description="How it begins, such as `gateway.`")] = None,
    subject: Annotated[str | None, Query(max_length=200, description="The id of what it was done to")] = None,
    start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> AuditFilter:
    return AuditFilter(actor, action, subject, start, end)


FilterDep = Annotated[AuditFilter, Depends(read_filter)]


@router.get("")
async def list_audit_entries(work: WorkDep, wanted: FilterDep, request: PageDep) -> Listing[AuditEntryOut]:
    """Newest first."""
    return (await service.list_newest(work, request, wanted)).listing(AuditEntryOut.of)


@router.get("/verify")
async def verify_audit_trail(work: WorkDep) -> VerificationOut:
    """Reckons every hash again, and names the first entry that is not what was written."""
    return VerificationOut.of(*await service.verify(work))


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses=answered(*EXAMPLES),
)
async def export_audit_trail(
    resources: ResourcesDep,
    wanted: FilterDep,
    form: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.CSV,
    separator: Separator = Separator.COMMA,
) -> StreamingResponse:
    """Oldest first, as a file."""
    return StreamingResponse(
        lines(service.every(resources.database, wanted), form, separator),
        media_type=form.media_type,
        headers=attachment(f"audit.{form}"),
    )
