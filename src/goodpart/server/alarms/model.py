"""What an alarm is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    INFORMATION = "information"
    WARNING = "warning"
    CRITICAL = "critical"
    """Parts are not looked at, or records may be in doubt."""


@dataclass(frozen=True)
class Alarm:
    id: str
    code: str
    subject: str
    """What it is about: the id of a station or gateway, or what the gateway named."""
    severity: Severity
    detail: str
    raised_at: datetime
    cleared_at: datetime | None

    @property
    def place(self) -> str:
        """The station that it is about: its subject is that, or goes on from it (``STATION/camera``)."""
        return self.subject.partition("/")[0]


_CRITICAL = {"journal_forked", "unreadable_event", "storage_full", "journal_damaged"}
_INFORMATION = {"clock_unsynchronised"}


def severity_of(code: str) -> Severity:
    """Of an alarm that a gateway reports by its code alone; one that this version does not know is a warning."""
    if code in _CRITICAL:
        return Severity.CRITICAL
    return Severity.INFORMATION if code in _INFORMATION else Severity.WARNING
