"""A review: one person's verdict on one inspection."""

from dataclasses import dataclass
from datetime import datetime

from goodpart.wire.verdicts import Verdict


@dataclass(frozen=True)
class Review:
    id: str
    inspection: str
    verdict: Verdict
    """Good or bad: a person does not leave it open."""
    note: str
    by: str
    at: datetime
