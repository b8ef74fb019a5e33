"""Gateways, their certificates and claim codes, wiring, and the documents of what they are to run."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, Json, UtcDateTime


class GatewayRow(Base):
    __tablename__ = "gateways"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    site: Mapped[str] = mapped_column(ForeignKey("places.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_because: Mapped[str] = mapped_column(Text, server_default="")
    software: Mapped[str] = mapped_column(Text)
    hardware: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="")
    """Where it was last heard from."""
    desired_revision: Mapped[int] = mapped_column(BigInteger)
    reported: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The last `ReportedState`, as the JSON that came."""


class GatewayCertificateRow(Base):
    """Every certificate that was ever issued to a gateway; renewal adds one, the older stays valid to its end."""

    __tablename__ = "gateway_certificates"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), index=True)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    serial: Mapped[str] = mapped_column(String(40), server_default="")


class ClaimCodeRow(Base):
    __tablename__ = "claim_codes"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by_key: Mapped[str] = mapped_column(String(64), default="")


class WiringRow(Base):
    """Which gateway serves a station, and how. A row of the past stays: its journal may still be under way."""

    __tablename__ = "station_wirings"

    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), primary_key=True)
    station: Mapped[str] = mapped_column(ForeignKey("places.id"), primary_key=True)
    active: Mapped[bool] = mapped_column(Boolean)
    drivers: Mapped[dict[str, Any]] = mapped_column(Json)
    """``camera``, ``trigger``, ``signals``, ``output``: each a driver's name and settings."""
    wired_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(
            "uq_station_wirings_active",
            "station",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )


class DesiredStateRow(Base):
    """One signed document for one gateway, kept for ever: what ran when."""

    __tablename__ = "desired_states"

    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(Text)
    rolls_back: Mapped[int | None] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DesiredPackageRow(Base):
    """A package that some desired state of a gateway names: what this gateway may download."""

    __tablename__ = "desired_packages"

    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), primary_key=True)
    package: Mapped[str] = mapped_column(String(64), primary_key=True)
