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
"""Longer than a long poll and than the longest pause between reports: whoever is silent for so long is away, also
where its connection still looks open, as after a power cut."""
EXPIRES_SOON = timedelta(days=30)
"""A gateway renews its certificate eight months before its end: one that comes so close to it could not."""


@dataclass(frozen=True)
class Certificate:
    fingerprint: str
    gateway: str
    not_before: datetime
    not_after: datetime
    serial: str = ""
    """In hexadecimal; empty for one that was issued before serials were kept."""
    issued_at: datetime | None = None


class GatewayStatus(StrEnum):
    WAITING = "waiting"
    """It was never enrolled."""
    ONLINE = "online"
    OFFLINE = "offline"
    REVOKED = "revoked"


class CertificateState(StrEnum):
    VALID = "valid"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"


def certificate_state(certificate: Certificate, now: datetime) -> CertificateState:
    if now >= certificate.not_after:
        return CertificateState.EXPIRED
    return CertificateState.EXPIRES_SOON if now >= certificate.not_after - EXPIRES_SOON else CertificateState.VALID


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
    software: str = ""
    hardware: str = ""
    address: str = ""
    """Where it was last heard from."""
    claim_until: datetime | None = None
    """The end of a claim code that nobody has used yet, also where it is past."""
    revoked_because: str = ""
    stations: tuple[str, ...] = ()
    """Those that are wired to it."""


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
    if last_seen_at is None or now - last_seen_at >= BELIEVED_ONLINE_FOR:
        return False
    return connected or disconnected_at is None or last_seen_at > disconnected_at
