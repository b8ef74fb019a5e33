"""Alarms as the browser API shows them."""

from datetime import datetime

from pydantic import BaseModel

from goodpart.server.alarms.model import Alarm, Severity


class AlarmOut(BaseModel):
    id: str
    code: str
    subject: str
    severity: Severity
    detail: str
    raised_at: datetime
    cleared_at: datetime | None

    @classmethod
    def of(cls, alarm: Alarm) -> "AlarmOut":
        return cls(
            id=alarm.id,
            code=alarm.code,
            subject=alarm.subject,
            severity=alarm.severity,
            detail=alarm.detail,
            raised_at=alarm.raised_at,
            cleared_at=alarm.cleared_at,
        )
