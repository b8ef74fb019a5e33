"""Gateways and wiring as the browser API shows them."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, Field

from goodpart.server.gateways.model import Gateway, Wiring, is_online
from goodpart.server.gateways.presence import Presence
from goodpart.server.kit.edits import Editable
from goodpart.wire.desired import DriverSpec


class GatewayIn(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    site: str


class CertificateOut(BaseModel):
    not_after: datetime
    fingerprint: str


class GatewayOut(Editable):
    untagged = frozenset({"enrolled_at", "last_seen_at", "certificate", "reported", "desired_revision", "online"})

    id: str
    name: str
    site: str
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    revoked_at: datetime | None
    certificate: CertificateOut | None
    reported: dict[str, Any] | None
    """The `ReportedState` of the wire."""
    desired_revision: int
    online: bool

    @classmethod
    def of(cls, gateway: Gateway, presence: Presence, now: datetime) -> "GatewayOut":
        newest = gateway.certificate
        return cls(
            id=gateway.id,
            name=gateway.name,
            site=gateway.site,
            enrolled_at=gateway.enrolled_at,
            last_seen_at=gateway.last_seen_at,
            revoked_at=gateway.revoked_at,
            certificate=CertificateOut(not_after=newest.not_after, fingerprint=newest.fingerprint) if newest else None,
            reported=msgspec.to_builtins(gateway.reported) if gateway.reported else None,
            desired_revision=gateway.desired_revision,
            online=gateway.revoked_at is None
            and is_online(
                connected=presence.is_connected(gateway.id),
                disconnected_at=presence.left_at(gateway.id),
                last_seen_at=gateway.last_seen_at,
                now=now,
            ),
        )


class ClaimCodeOut(BaseModel):
    """Shown once: the server keeps only a hash."""

    code: str
    command: str
    expires_at: datetime


class DriverIO(BaseModel):
    driver: Annotated[str, Field(min_length=1, max_length=100)]
    settings: dict[str, str | int | float | bool] = {}

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
