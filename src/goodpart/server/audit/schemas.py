"""The audit trail as the browser API shows it."""

from datetime import datetime

from pydantic import BaseModel

from goodpart.server.audit.model import AuditEntry


class AuditEntryOut(BaseModel):
    id: str
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditEntryOut":
        return cls(
            id=entry.id,
            at=entry.at,
            actor=entry.actor.name,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
        )
