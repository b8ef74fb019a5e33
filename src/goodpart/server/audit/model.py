"""What an entry of the audit trail says."""

from dataclasses import dataclass
from datetime import datetime

from goodpart.server.kit.work import Actor


@dataclass(frozen=True)
class AuditEntry:
    id: str
    at: datetime
    actor: Actor
    action: str
    """A noun and what was done to it: ``gateway.revoked``, ``recipe.promoted``."""
    subject: str
    """The id of what it was done to."""
    detail: str
    """In a sentence, for a person; no secrets."""
