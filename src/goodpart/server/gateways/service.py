"""What people do with gateways, and what other modules ask of them."""

from collections.abc import Iterable, Sequence

import msgspec

from goodpart.server.audit import service as audit
from goodpart.server.gateways import repository
from goodpart.server.gateways.errors import (
    GatewayNotFoundError,
    GatewayRevokedError,
    StationNotServedError,
    StationNotWiredError,
)
from goodpart.server.gateways.model import CLAIM_LIFE, Gateway, Wiring
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.trust.claims import ClaimCode, hash_secret
from goodpart.trust.documents import seal
from goodpart.trust.signatures import DESIRED_STATE, Signer
from goodpart.wire.desired import DesiredState, StationSpec
from goodpart.wire.reported import ReportedState

DESIRED_ISSUED = "desired_issued"
"""Topic of an internal signal with the ``gateway`` whose long poll is to be answered."""
REVOKED = "gateway_revoked"
"""Topic of an internal signal with the ``gateway`` whose connections are to be closed."""
REPORTED = "gateway_reported"
"""Topic of an internal signal with the ``gateway`` that said what it runs."""


async def create(work: Work, name: str, site: str) -> Gateway:
    """Raises `PlaceNotFoundError` unless ``site`` is a site."""
    await places.get_of_kind(work, site, PlaceKind.SITE)
    work.reach.require(site)
    gateway = work.new_id()
    await repository.add(work.session, gateway, name=name, site=site, now=work.now)
    await audit.record(work, "gateway.created", gateway, name)
    return await get(work, gateway)


async def get(work: Work, gateway: str) -> Gateway:
    """Raises `GatewayNotFoundError`, also for a gateway of a site out of reach."""
    found = await repository.find(work.session, gateway)
    if found is None or not work.reach.sees(found.site):
        raise GatewayNotFoundError.of("gateway", gateway)
    return found


async def of_station(work: Work, station: str) -> Gateway | None:
    """The gateway that serves a station now, also where the station is within reach and the gateway's site is not."""
    wiring = await repository.wiring_of_station(work.session, station)
    return await repository.find(work.session, wiring.gateway) if wiring else None


async def sites_of(work: Work, gateways: Iterable[str]) -> tuple[str, ...]:
    """The sites of some gateways, whatever the reach."""
    return await repository.sites_of(work.session, gateways)


async def list_all(work: Work) -> list[Gateway]:
    return [gateway for gateway in await repository.list_all(work.session) if work.reach.sees(gateway.site)]


async def make_claim_code(work: Work, gateway: str, bundle_fingerprint: str) -> ClaimCode:
    """A code that is valid for `CLAIM_LIFE`, once; it voids the codes before it. Raises `GatewayRevokedError`."""
    found = await _get_unrevoked(work, gateway)
    work.reach.require(found.site)
    code = ClaimCode.generate(bundle_fingerprint)
    await repository.add_claim(
        work.session, hash_secret(code.secret), found.id, created_at=work.now, expires_at=work.now + CLAIM_LIFE
    )
    await audit.record(work, "claim_code.made", gateway, f"for {found.name}")
    return code


async def revoke(work: Work, gateway: str) -> Gateway:
    """For good: no certificate of this gateway is accepted any more, and its connections are closed."""
    found = await get(work, gateway)
    work.reach.require(found.site)
    if found.revoked_at is None:
        await repository.set_revoked(work.session, gateway, work.now)
        await audit.record(work, "gateway.revoked", gateway, found.name)
        work.after_commit(Signal(REVOKED, {"gateway": gateway}, public=False))
    return await get(work, gateway)


async def wire_station(work: Work, wiring: Wiring) -> Wiring:
    """Have the gateway serve the station, by these drivers. It takes effect with the next rollout.

    Raises `GatewayNotFoundError`, `GatewayRevokedError`, `PlaceNotFoundError`.
    """
    gateway = await _get_unrevoked(work, wiring.gateway)
    station = await places.get_of_kind(work, wiring.station, PlaceKind.STATION)
    work.reach.require(gateway.site)
    work.reach.require(station.id)
    await repository.set_wiring(work.session, wiring, work.now)
    await audit.record(work, "station.wired", station.id, f"{station.name} to {gateway.name}")
    return wiring


async def wirings_of(work: Work, gateway: str) -> list[Wiring]:
    """The stations that this gateway serves now. Raises `GatewayNotFoundError`."""
    await get(work, gateway)
    return await repository.wirings_of(work.session, gateway)


async def find_wiring(work: Work, gateway: str, station: str) -> Wiring | None:
    """How this gateway serves that station; None where it does not. Raises `GatewayNotFoundError`."""
    return next((wiring for wiring in await wirings_of(work, gateway) if wiring.station == station), None)


async def get_wiring(work: Work, gateway: str, station: str) -> Wiring:
    """Raises `GatewayNotFoundError`, `StationNotServedError`."""
    found = await find_wiring(work, gateway, station)
    if found is None:
        raise StationNotServedError.of("station of this gateway", station)
    return found


async def wiring_of_station(work: Work, station: str) -> Wiring | None:
    """How a station is wired now, and to which gateway."""
    return await repository.wiring_of_station(work.session, station)


async def check_serves(work: Work, gateway: str, station: str, *, lock: bool = False) -> None:
    """Raises `StationNotWiredError` unless the station is wired to this gateway now, or was earlier.

    ``lock``: what this gateway sends for this station is taken in one transaction after the other.
    """
    if not await repository.ever_wired(work.session, gateway, station, lock=lock):
        raise StationNotWiredError(
            f"The station {station!r} is not wired to this gateway and never was.",
            "Wire it on the gateway's page of the server, then roll out.",
        )


async def issue_desired(
    work: Work, gateway: str, stations: Sequence[StationSpec], *, signer: Signer, rolls_back: int | None = None
) -> DesiredState:
    """Sign the next desired state of a gateway; its long poll is answered as soon as this is committed.

    ``rolls_back`` is the revision that this one undoes. Raises `GatewayNotFoundError`, `GatewayRevokedError`.
    """
    found = await repository.find(work.session, gateway, lock=True)
    if found is None:
        raise GatewayNotFoundError.of("gateway", gateway)
    work.reach.require(found.site)
    _check_unrevoked(found)
    desired = DesiredState(
        gateway=gateway,
        revision=found.desired_revision + 1,
        rolls_back=rolls_back,
        issued_at=work.now,
        stations=tuple(stations),
    )
    await repository.add_desired(
        work.session,
        gateway,
        desired.revision,
        seal(signer, DESIRED_STATE, msgspec.json.encode(desired)),
        packages=[recipe.package for station in stations for recipe in station.recipes],
        rolls_back=rolls_back,
        now=work.now,
    )
    await audit.record(work, "desired_state.issued", gateway, f"revision {desired.revision} for {found.name}")
    work.after_commit(Signal(DESIRED_ISSUED, {"gateway": gateway, "revision": desired.revision}, public=False))
    return desired


async def record_reported(work: Work, gateway: str, reported: ReportedState) -> None:
    """What a gateway says it runs."""
    await repository.set_reported(work.session, gateway, reported, work.now)
    work.after_commit(Signal(REPORTED, {"gateway": gateway}, public=False))


async def _get_unrevoked(work: Work, gateway: str) -> Gateway:
    found = await get(work, gateway)
    _check_unrevoked(found)
    return found


def _check_unrevoked(gateway: Gateway) -> None:
    if gateway.revoked_at is not None:
        raise GatewayRevokedError(
            f"The gateway {gateway.name} has been revoked.",
            "Revocation is for good: make a new gateway for it.",
            name=gateway.name,
        )
