"""Gateways, claim codes and wiring: data and pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from goodpart.wire.desired import DriverSpec
from goodpart.wire.reported import ReportedState

CLAIM_LIFE = timedelta(hours=24)
SEEN_EVERY = timedelta(seconds=10)
"""How often, at most, the row of a gateway is written just because it was heard of."""
BELIEVED_ONLINE_FOR = timedelta(seconds=75)
"""Longer than a long poll: a gateway that another replica holds is heard of within it."""


@dataclass(frozen=True)
class Certificate:
    fingerprint: str
    gateway: str
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True)
class Gateway:
    id: str
    name: str
    site: str
    created_at: datetime
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    revoked_at: datetime | None
    desired_revision: int
    """0: nothing was rolled out to it yet."""
    reported: ReportedState | None
    certificate: Certificate | None
    """The one issued last."""


class ClaimOutcome(StrEnum):
    """What became of an attempt to use a claim code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Claim:
    gateway: str
    expires_at: datetime
    used_at: datetime | None
    voided_at: datetime | None
    used_by_key: str = ""
    """SHA-256 of the public key that was certified with it."""


def judge_claim(claim: Claim | None, now: datetime, key: str) -> ClaimOutcome:
    """Whether the holder of ``key`` (SHA-256 of its public key) may have a certificate for this code.

    A code that a newer one replaced is as wrong as one that never was. The key that used a code may come again while
    the code is valid: a gateway that was cut before it stored the answer.
    """
    if claim is None or claim.voided_at is not None:
        return ClaimOutcome.WRONG
    if claim.used_at is not None and claim.used_by_key != key:
        return ClaimOutcome.USED
    return ClaimOutcome.EXPIRED if now >= claim.expires_at else ClaimOutcome.ACCEPTED


@dataclass(frozen=True)
class Wiring:
    """What a station sees with, what starts it, what it reads and what it drives: by driver, on one gateway."""

    gateway: str
    station: str
    camera: DriverSpec
    trigger: DriverSpec
    signals: DriverSpec
    output: DriverSpec


def is_online(
    *, connected: bool, disconnected_at: datetime | None, last_seen_at: datetime | None, now: datetime
) -> bool:
    """``connected`` and ``disconnected_at`` are of this process; ``last_seen_at`` is written by all replicas."""
    if connected:
        return True
    if last_seen_at is None or (disconnected_at is not None and last_seen_at <= disconnected_at):
        return False
    return now - last_seen_at < BELIEVED_ONLINE_FOR
