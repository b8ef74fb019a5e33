"""The audit trail as the browser API shows it."""

from datetime import datetime

from pydantic import BaseModel

from goodpart.server.audit.model import Break, Head, Link
from goodpart.server.kit.work import ActorKind


class AuditEntryOut(BaseModel):
    number: int
    id: str
    at: datetime
    actor: str
    actor_kind: ActorKind
    actor_id: str
    action: str
    subject: str
    detail: str
    hash: str
    """SHA-256 of this entry and of the hash before it."""

    @classmethod
    def of(cls, link: Link) -> "AuditEntryOut":
        entry = link.entry
        return cls(
            number=link.number,
            id=entry.id,
            at=entry.at,
            actor=entry.actor.name,
            actor_kind=entry.actor.kind,
            actor_id=entry.actor.id,
            action=entry.action,
            subject=entry.subject,
            detail=entry.detail,
            hash=link.hash,
        )


class BreakOut(BaseModel):
    number: int
    entry: str | None
    """The id of the first entry that does not fit; null where one is missing."""
    reason: str


class VerificationOut(BaseModel):
    intact: bool
    entries: int
    head: str
    """The hash of the newest entry: note it elsewhere, and nobody can rewrite what was before it unseen."""
    broken: BreakOut | None

    @classmethod
    def of(cls, head: Head, broken: Break | None) -> "VerificationOut":
        told = BreakOut(number=broken.number, entry=broken.entry, reason=broken.reason) if broken else None
        return cls(intact=broken is None, entries=head.number, head=head.hash, broken=told)
