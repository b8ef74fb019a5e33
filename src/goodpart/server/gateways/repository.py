"""Rows of gateways and what belongs to them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.gateways.model import Certificate, Claim, Gateway, Wiring
from goodpart.server.gateways.tables import (
    ClaimCodeRow,
    DesiredPackageRow,
    DesiredStateRow,
    GatewayCertificateRow,
    GatewayRow,
    WiringRow,
)
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach
from goodpart.wire.desired import DesiredState, DriverSpec
from goodpart.wire.reported import ReportedState
from goodpart.wire.signed import Signature, SignedDocument

_ROLES = ("camera", "trigger", "signals", "output")


async def add(session: AsyncSession, gateway: str, *, name: str, site: str, now: datetime) -> None:
    row = GatewayRow(
        id=gateway,
        name=name,
        site=site,
        created_at=now,
        revoked_because="",
        software="",
        hardware="",
        address="",
        desired_revision=0,
    )
    session.add(row)
    await session.flush()


async def find(session: AsyncSession, gateway: str, *, lock: bool = False) -> Gateway | None:
    """``lock``: nobody else changes this row before the transaction ends."""
    query = sa.select(GatewayRow).where(GatewayRow.id == gateway).execution_options(populate_existing=True)
    row = await session.scalar(query.with_for_update() if lock else query)
    return (await _gateways(session, [row]))[0] if row else None


async def list_all(session: AsyncSession) -> list[Gateway]:
    rows = await session.scalars(sa.select(GatewayRow))
    return await _gateways(session, rows.all())


async def list_oldest(session: AsyncSession, request: PageRequest, reach: Reach) -> Page[Gateway]:
    """In the order in which they were made."""
    query = sa.select(GatewayRow).where(reach.limits(GatewayRow.site))
    page = await fetch_page(session, query, [GatewayRow.created_at, GatewayRow.id], request, descending=False)
    return Page(tuple(await _gateways(session, page.rows)), page.next)


async def sites_of(session: AsyncSession, gateways: Iterable[str]) -> tuple[str, ...]:
    rows = await session.scalars(sa.select(GatewayRow.site).where(GatewayRow.id.in_(list(gateways))).distinct())
    return tuple(rows)


def out_of_reach(reach: Reach) -> sa.Select[str]:
    """The ids of the gateways of sites that are not seen."""
    return sa.select(GatewayRow.id).where(~reach.limits(GatewayRow.site))


async def set_name(session: AsyncSession, gateway: str, name: str) -> None:
    await _update(session, gateway, name=name)


async def set_enrolled(
    session: AsyncSession, gateway: str, *, software: str, hardware: str, address: str, now: datetime
) -> None:
    await _update(
        session, gateway, enrolled_at=now, last_seen_at=now, software=software, hardware=hardware, address=address
    )


async def set_seen(session: AsyncSession, gateway: str, address: str, now: datetime) -> None:
    await _update(session, gateway, last_seen_at=now, address=address)


async def set_revoked(session: AsyncSession, gateway: str, reason: str, now: datetime) -> None:
    await _update(session, gateway, revoked_at=now, revoked_because=reason)


async def set_reported(session: AsyncSession, gateway: str, reported: ReportedState, now: datetime) -> None:
    content = msgspec.json.encode(reported)
    await _update(session, gateway, reported=content, software=reported.software, last_seen_at=now)


async def add_certificate(session: AsyncSession, certificate: Certificate, issued_at: datetime) -> None:
    session.add(
        GatewayCertificateRow(
            fingerprint=certificate.fingerprint,
            gateway=certificate.gateway,
            not_before=certificate.not_before,
            not_after=certificate.not_after,
            issued_at=issued_at,
            serial=certificate.serial,
        )
    )
    await session.flush()


async def find_certificate(session: AsyncSession, fingerprint: str) -> Certificate | None:
    row = await session.get(GatewayCertificateRow, fingerprint)
    return _certificate(row) if row else None


async def certificates_of(session: AsyncSession, gateway: str, request: PageRequest) -> Page[Certificate]:
    """Every one that it was ever issued, newest first."""
    query = sa.select(GatewayCertificateRow).where(GatewayCertificateRow.gateway == gateway)
    keys = [GatewayCertificateRow.issued_at, GatewayCertificateRow.fingerprint]
    page = await fetch_page(session, query, keys, request)
    return Page(tuple(_certificate(row) for row in page.rows), page.next)


async def add_claim(
    session: AsyncSession, secret_hash: str, gateway: str, *, created_at: datetime, expires_at: datetime
) -> None:
    """A new code voids those before it."""
    await void_claims(session, gateway, created_at)
    session.add(ClaimCodeRow(secret_hash=secret_hash, gateway=gateway, created_at=created_at, expires_at=expires_at))
    await session.flush()


async def void_claims(session: AsyncSession, gateway: str, now: datetime) -> None:
    """Those that nobody has used."""
    await session.execute(
        sa.update(ClaimCodeRow)
        .where(ClaimCodeRow.gateway == gateway, ClaimCodeRow.used_at.is_(None), ClaimCodeRow.voided_at.is_(None))
        .values(voided_at=now)
    )


async def find_claim(session: AsyncSession, secret_hash: str, *, lock: bool = False) -> Claim | None:
    """``lock`` it to use it: of two gateways with one code, the second then sees that it is used."""
    query = sa.select(ClaimCodeRow).where(ClaimCodeRow.secret_hash == secret_hash)
    row = await session.scalar(query.with_for_update() if lock else query)
    return Claim(row.gateway, row.expires_at, row.used_at, row.voided_at, row.used_by_key) if row else None


async def use_claim(session: AsyncSession, secret_hash: str, key: str, now: datetime) -> None:
    await session.execute(
        sa.update(ClaimCodeRow).where(ClaimCodeRow.secret_hash == secret_hash).values(used_at=now, used_by_key=key)
    )


async def set_wiring(session: AsyncSession, wiring: Wiring, now: datetime) -> None:
    """This gateway serves the station from now on; one that did before no longer does."""
    await session.execute(
        sa.update(WiringRow)
        .where(WiringRow.station == wiring.station, WiringRow.gateway != wiring.gateway)
        .values(active=False)
    )
    drivers = {role: msgspec.to_builtins(getattr(wiring, role)) for role in _ROLES}
    await session.merge(
        WiringRow(gateway=wiring.gateway, station=wiring.station, active=True, drivers=drivers, wired_at=now)
    )
    await session.flush()


async def end_wiring(session: AsyncSession, gateway: str, station: str) -> bool:
    """False where the gateway does not serve the station now."""
    changed = await session.execute(
        sa.update(WiringRow)
        .where(WiringRow.gateway == gateway, WiringRow.station == station, WiringRow.active)
        .values(active=False)
        .returning(WiringRow.station)
    )
    return changed.first() is not None


async def wirings_of(session: AsyncSession, gateway: str) -> list[Wiring]:
    rows = await session.scalars(
        sa.select(WiringRow)
        .where(WiringRow.gateway == gateway, WiringRow.active)
        .order_by(WiringRow.wired_at, WiringRow.station)
    )
    return [_wiring(row) for row in rows]


async def wiring_of_station(session: AsyncSession, station: str) -> Wiring | None:
    row = await session.scalar(sa.select(WiringRow).where(WiringRow.station == station, WiringRow.active))
    return _wiring(row) if row else None


async def ever_wired(session: AsyncSession, gateway: str, station: str, *, lock: bool = False) -> bool:
    """``lock``: whoever asks the same with a lock waits for the end of this transaction."""
    query = sa.select(WiringRow.station).where(WiringRow.gateway == gateway, WiringRow.station == station)
    return await session.scalar(query.with_for_update() if lock else query) is not None


async def add_desired(
    session: AsyncSession,
    gateway: str,
    revision: int,
    document: SignedDocument,
    *,
    packages: Iterable[str],
    rolls_back: int | None,
    now: datetime,
) -> None:
    session.add(
        DesiredStateRow(
            gateway=gateway,
            revision=revision,
            payload=document.payload,
            key_id=document.signature.key_id,
            signature=document.signature.value,
            rolls_back=rolls_back,
            issued_at=now,
        )
    )
    for package in set(packages):
        await session.merge(DesiredPackageRow(gateway=gateway, package=package))
    await _update(session, gateway, desired_revision=revision)


async def latest_desired(session: AsyncSession, gateway: str) -> tuple[int, SignedDocument] | None:
    row = await session.scalar(
        sa.select(DesiredStateRow)
        .where(DesiredStateRow.gateway == gateway)
        .order_by(DesiredStateRow.revision.desc())
        .limit(1)
    )
    if row is None:
        return None
    signature = Signature(key_id=row.key_id, value=row.signature)
    return row.revision, SignedDocument(payload=row.payload, signature=signature)


async def find_desired(session: AsyncSession, gateway: str, revision: int) -> DesiredState | None:
    row = await session.get(DesiredStateRow, (gateway, revision))
    return msgspec.json.decode(row.payload, type=DesiredState) if row else None


async def may_download(session: AsyncSession, gateway: str, package: str) -> bool:
    return await session.get(DesiredPackageRow, (gateway, package)) is not None


async def _update(session: AsyncSession, gateway: str, **values: object) -> None:
    await session.execute(
        sa.update(GatewayRow)
        .where(GatewayRow.id == gateway)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def _gateways(session: AsyncSession, rows: Sequence[GatewayRow]) -> list[Gateway]:
    ids = [row.id for row in rows]
    certificates = await session.scalars(
        sa.select(GatewayCertificateRow)
        .where(GatewayCertificateRow.gateway.in_(ids))
        .order_by(GatewayCertificateRow.issued_at)
    )
    newest = {each.gateway: each for each in certificates}
    claims = await session.scalars(
        sa.select(ClaimCodeRow).where(
            ClaimCodeRow.gateway.in_(ids), ClaimCodeRow.used_at.is_(None), ClaimCodeRow.voided_at.is_(None)
        )
    )
    open_claims = {each.gateway: each for each in claims}
    wirings = await session.execute(
        sa.select(WiringRow.gateway, WiringRow.station)
        .where(WiringRow.gateway.in_(ids), WiringRow.active)
        .order_by(WiringRow.wired_at, WiringRow.station)
    )
    stations: dict[str, list[str]] = defaultdict(list)
    for gateway, station in wirings:
        stations[gateway].append(station)
    return [_gateway(row, newest.get(row.id), open_claims.get(row.id), stations[row.id]) for row in rows]


def _gateway(
    row: GatewayRow, newest: GatewayCertificateRow | None, claim: ClaimCodeRow | None, stations: Iterable[str]
) -> Gateway:
    return Gateway(
        id=row.id,
        name=row.name,
        site=row.site,
        created_at=row.created_at,
        enrolled_at=row.enrolled_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
        desired_revision=row.desired_revision,
        reported=msgspec.json.decode(row.reported, type=ReportedState) if row.reported else None,
        certificate=_certificate(newest) if newest else None,
        software=row.software,
        hardware=row.hardware,
        address=row.address,
        claim_until=claim.expires_at if claim else None,
        revoked_because=row.revoked_because,
        stations=tuple(stations),
    )


def _certificate(row: GatewayCertificateRow) -> Certificate:
    return Certificate(row.fingerprint, row.gateway, row.not_before, row.not_after, row.serial, row.issued_at)


def _wiring(row: WiringRow) -> Wiring:
    drivers = {role: msgspec.convert(row.drivers[role], DriverSpec) for role in _ROLES}
    return Wiring(gateway=row.gateway, station=row.station, **drivers)
