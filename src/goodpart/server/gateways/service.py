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
from goodpart.server.gateways.model import CLAIM_LIFE, Certificate, Gateway, Wiring
from goodpart.server.kit.pages import Page, PageRequest
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
CHANGED = "gateway_changed"
"""Topic of an internal signal with the ``gateway`` that browsers are to be told of."""
REPORTED = "gateway_reported"
"""Topic of an internal signal with the ``gateway`` that said what it runs."""


def changed(gateway: str) -> Signal:
    return Signal(CHANGED, {"gateway": gateway}, public=False)


async def create(work: Work, name: str, site: str) -> Gateway:
    """Raises `PlaceNotFoundError` unless ``site`` is a site."""
    await places.get_of_kind(work, site, PlaceKind.SITE)
    work.reach.require(site)
    gateway = work.new_id()
    await repository.add(work.session, gateway, name=name, site=site, now=work.now)
    await audit.record(work, "gateway.created", gateway, name)
    work.after_commit(changed(gateway))
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


async def list_oldest(work: Work, request: PageRequest) -> Page[Gateway]:
    """Those of sites within reach, in the order in which they were made."""
    return await repository.list_oldest(work.session, request, work.reach)


async def make_claim_code(work: Work, gateway: str, bundle_fingerprint: str) -> ClaimCode:
    """A code that is valid for `CLAIM_LIFE`, once; it voids the codes before it. Raises `GatewayRevokedError`."""
    found = await _get_unrevoked(work, gateway)
    work.reach.require(found.site)
    code = ClaimCode.generate(bundle_fingerprint)
    await repository.add_claim(
        work.session, hash_secret(code.secret), found.id, created_at=work.now, expires_at=work.now + CLAIM_LIFE
    )
    await audit.record(work, "claim_code.made", gateway, f"for {found.name}")
    work.after_commit(changed(gateway))
    return code


async def withdraw_claim_code(work: Work, gateway: str) -> None:
    """Nobody enrols with it any more. Nothing happens where none is open."""
    found = await get(work, gateway)
    work.reach.require(found.site)
    if found.claim_until is not None:
        await repository.void_claims(work.session, gateway, work.now)
        await audit.record(work, "claim_code.withdrawn", gateway, f"for {found.name}")
        work.after_commit(changed(gateway))


async def rename(work: Work, gateway: str, name: str) -> Gateway:
    """Raises `GatewayNotFoundError`."""
    found = await get(work, gateway)
    work.reach.require(found.site)
    if name != found.name:
        await repository.set_name(work.session, gateway, name)
        await audit.record(work, "gateway.renamed", gateway, f"{found.name} to {name}")
        work.after_commit(changed(gateway))
    return await get(work, gateway)


async def certificates_of(work: Work, gateway: str, request: PageRequest) -> Page[Certificate]:
    """Newest first. Raises `GatewayNotFoundError`."""
    await get(work, gateway)
    return await repository.certificates_of(work.session, gateway, request)


async def revoke(work: Work, gateway: str, reason: str) -> Gateway:
    """For good: no certificate of this gateway is accepted any more, and its connections are closed."""
    found = await get(work, gateway)
    work.reach.require(found.site)
    if found.revoked_at is None:
        await repository.set_revoked(work.session, gateway, reason, work.now)
        await audit.record(work, "gateway.revoked", gateway, f"{found.name}: {reason}")
        await repository.void_claims(work.session, gateway, work.now)
        work.after_commit(Signal(REVOKED, {"gateway": gateway}, public=False))
        work.after_commit(changed(gateway))
    return await get(work, gateway)


async def wire_station(work: Work, wiring: Wiring) -> Wiring:
    """Have the gateway serve the station, by these drivers. It takes effect with the next rollout.

    Raises `GatewayNotFoundError`, `GatewayRevokedError`, `PlaceNotFoundError`.
    """
    gateway = await _get_unrevoked(work, wiring.gateway)
    station = await places.get_of_kind(work, wiring.station, PlaceKind.STATION)
    work.reach.require(gateway.site)
    work.reach.require(station.id)
    before = await repository.wiring_of_station(work.session, station.id)
    await repository.set_wiring(work.session, wiring, work.now)
    await audit.record(work, "station.wired", station.id, f"{station.name} to {gateway.name}")
    for each in {gateway.id, *([before.gateway] if before else [])}:
        work.after_commit(changed(each))
    return wiring


async def unwire_station(work: Work, gateway: str, station: str) -> None:
    """Have the gateway serve the station no longer, from the next rollout on. Nothing happens where it does not.

    Raises `GatewayNotFoundError`, `PlaceNotFoundError`.
    """
    found = await get(work, gateway)
    place = await places.get_of_kind(work, station, PlaceKind.STATION)
    work.reach.require(found.site)
    work.reach.require(station)
    if await repository.end_wiring(work.session, gateway, station):
        await audit.record(work, "station.unwired", station, f"{place.name} from {found.name}")
        work.after_commit(changed(gateway))


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
    work.after_commit(changed(gateway))
    return desired


async def desired_state(work: Work, gateway: str, revision: int) -> DesiredState | None:
    """What a gateway was to run as of one revision; None where it was never issued to it."""
    await get(work, gateway)
    return await repository.find_desired(work.session, gateway, revision)


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
