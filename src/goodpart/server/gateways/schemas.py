"""Gateways and wiring as the browser API shows them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from goodpart.server.gateways.model import (
    Certificate,
    CertificateState,
    Gateway,
    GatewayStatus,
    Wiring,
    certificate_state,
)
from goodpart.server.gateways.presence import Presence
from goodpart.server.kit.edits import Editable
from goodpart.wire.desired import DriverSpec
from goodpart.wire.modes import Mode
from goodpart.wire.reported import DeploymentStage

GatewayName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


class GatewayIn(BaseModel):
    name: GatewayName
    site: Annotated[str, Field(max_length=36)]


class GatewayChangeIn(BaseModel):
    name: GatewayName


class RevocationIn(BaseModel):
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")
    ]


class CertificateOut(BaseModel):
    serial: str
    """In hexadecimal; empty for one that was issued before serials were kept."""
    fingerprint: str
    """SHA-256, in hexadecimal."""
    issued_at: datetime | None
    not_before: datetime
    not_after: datetime
    state: CertificateState

    @classmethod
    def of(cls, certificate: Certificate, now: datetime) -> "CertificateOut":
        return cls(
            serial=certificate.serial,
            fingerprint=certificate.fingerprint,
            issued_at=certificate.issued_at,
            not_before=certificate.not_before,
            not_after=certificate.not_after,
            state=certificate_state(certificate, now),
        )


class StationReportOut(BaseModel):
    """What a gateway says of a station; see `goodpart.wire.reported.StationReport`."""

    model_config = ConfigDict(from_attributes=True)

    station: str
    state: str
    mode: Mode | None
    detail: str
    journal_number: int
    images_waiting: int
    events_waiting: int | None
    last_sequence: int
    revision: int


class ReportedOut(BaseModel):
    """What a gateway says of itself; see `goodpart.wire.reported.ReportedState`."""

    model_config = ConfigDict(from_attributes=True)

    reported_at: datetime
    software: str
    boot: str
    active_revision: int
    target_revision: int
    stage: DeploymentStage
    detail: str
    stations: list[StationReportOut]
    disk_free_mb: int
    disk_total_mb: int
    """0: a gateway that does not say."""
    clock: str
    """``synchronised``, ``unsynchronised`` or ``implausible``."""


class GatewayOut(Editable):
    untagged = frozenset(
        {
            "status", "offline_since", "created_at", "enrolled_at", "last_seen_at", "revoked_at", "revoked_because",
            "software", "hardware", "address", "claim_until", "certificate", "stations", "reported", "desired_revision",
            "online",
        }
    )  # fmt: skip
    """All but what a person edits: its name."""

    id: str
    name: str
    site: str
    status: GatewayStatus
    offline_since: datetime | None
    """Of one that is offline."""
    created_at: datetime
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    revoked_at: datetime | None
    revoked_because: str
    software: str
    hardware: str
    """What it said of itself when it was enrolled."""
    address: str
    """Where it was last heard from: a proxy's, where one stands in between."""
    claim_until: datetime | None
    """The end of a claim code that nobody has used yet."""
    certificate: CertificateOut | None
    """The one issued last."""
    stations: list[str]
    """Those that are wired to it."""
    reported: ReportedOut | None
    desired_revision: int
    online: bool

    @classmethod
    def of(cls, gateway: Gateway, presence: Presence, now: datetime) -> "GatewayOut":
        newest = gateway.certificate
        status = presence.status(gateway, now)
        return cls(
            id=gateway.id,
            name=gateway.name,
            site=gateway.site,
            status=status,
            offline_since=presence.offline_since(gateway) if status is GatewayStatus.OFFLINE else None,
            created_at=gateway.created_at,
            enrolled_at=gateway.enrolled_at,
            last_seen_at=gateway.last_seen_at,
            revoked_at=gateway.revoked_at,
            revoked_because=gateway.revoked_because,
            software=gateway.software,
            hardware=gateway.hardware,
            address=gateway.address,
            claim_until=gateway.claim_until,
            certificate=CertificateOut.of(newest, now) if newest else None,
            stations=list(gateway.stations),
            reported=ReportedOut.model_validate(gateway.reported) if gateway.reported else None,
            desired_revision=gateway.desired_revision,
            online=status is GatewayStatus.ONLINE,
        )


class ClaimCodeOut(BaseModel):
    """Shown once: the server keeps only a hash."""

    code: str
    command: str
    expires_at: datetime


SettingName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]


class DriverIO(BaseModel):
    driver: Annotated[str, Field(min_length=1, max_length=100)]
    settings: Annotated[dict[SettingName, str | int | float | bool], Field(max_length=50)] = {}

    def spec(self) -> DriverSpec:
        return DriverSpec(driver=self.driver, settings=self.settings)

    @classmethod
    def of(cls, spec: DriverSpec) -> "DriverIO":
        return cls(driver=spec.driver, settings=spec.settings)


class WiringIn(BaseModel):
    camera: DriverIO
    trigger: DriverIO
    signals: DriverIO
    output: DriverIO

    def wiring(self, gateway: str, station: str) -> Wiring:
        return Wiring(
            gateway, station, self.camera.spec(), self.trigger.spec(), self.signals.spec(), self.output.spec()
        )


class WiringOut(WiringIn):
    gateway: str
    station: str

    @classmethod
    def of(cls, wiring: Wiring) -> "WiringOut":
        return cls(
            gateway=wiring.gateway,
            station=wiring.station,
            camera=DriverIO.of(wiring.camera),
            trigger=DriverIO.of(wiring.trigger),
            signals=DriverIO.of(wiring.signals),
            output=DriverIO.of(wiring.output),
        )
