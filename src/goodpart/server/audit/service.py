"""Writing and reading the audit trail."""

from goodpart.server.audit import repository
from goodpart.server.audit.model import AuditEntry
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.work import Work


async def record(work: Work, action: str, subject: str, detail: str = "") -> None:
    """Note that ``work.actor`` did ``action`` (``gateway.revoked``) to ``subject`` (an id), in this transaction."""
    repository.add(work.session, AuditEntry(work.new_id(), work.now, work.actor, action, subject, detail))


async def list_newest(work: Work, request: PageRequest) -> Page[AuditEntry]:
    return await repository.list_newest(work.session, request)
