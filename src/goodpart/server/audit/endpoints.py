"""The audit trail, newest first."""

from fastapi import APIRouter

from goodpart.server.audit import service
from goodpart.server.audit.schemas import AuditEntryOut
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit_everywhere
from goodpart.server.kit.requests import WorkDep

router = APIRouter(tags=["audit"])


@router.get("/audit", dependencies=[permit_everywhere(Permission.AUDIT)])
async def list_audit_entries(work: WorkDep, request: PageDep) -> Listing[AuditEntryOut]:
    return (await service.list_newest(work, request)).listing(AuditEntryOut.of)
