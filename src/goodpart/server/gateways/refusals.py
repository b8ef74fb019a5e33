"""Refusals of gateways leave a trace: somebody has to know that a revoked or foreign one knocks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from goodpart.base.errors import GoodpartError
from goodpart.server.audit import service as audit
from goodpart.server.kit.work import Database

GATEWAY_REFUSED = "gateway.refused"
ENROLMENT_REFUSED = "enrolment.refused"
UNKNOWN = "unknown"
"""Subject of refusals of whoever did not say, or could not prove, who it is."""
_AGAIN_AFTER = timedelta(hours=1)
"""A gateway that is refused tries again every few seconds: one entry in this time is enough."""
_REMEMBERED = 1000


@dataclass
class Refusals:
    """Writes an audit entry for a refusal, once in a while for each subject and kind of refusal."""

    _told_at: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    async def note(self, database: Database, action: str, subject: str, error: GoodpartError) -> bool:
        """``subject`` is the fingerprint of what was shown, a gateway's id, or `UNKNOWN`. Tells whether it was new."""
        now = database.clock.now()
        key = (action, subject, error.code)
        told_at = self._told_at.get(key)
        if told_at is not None and now - told_at < _AGAIN_AFTER:
            return False
        if len(self._told_at) >= _REMEMBERED:
            self._told_at.clear()
        self._told_at[key] = now
        async with database.work() as work:
            await audit.record(work, action, subject, f"{error.code}: {error.cause}")
        return True
