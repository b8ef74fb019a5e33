"""Gateways over the browser API."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from goodpart.server.gateways import service
from goodpart.server.gateways.model import CLAIM_LIFE, Gateway
from goodpart.server.gateways.presence import Presence
from goodpart.server.gateways.schemas import (
    CertificateOut,
    ClaimCodeOut,
    GatewayChangeIn,
    GatewayIn,
    GatewayOut,
    RevocationIn,
    WiringIn,
    WiringOut,
)
from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, SetEditDep, TaggedDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work

router = APIRouter(tags=["gateways"])


@dataclass
class GatewayAddress:
    """What a join command names; the port is known once the listener is bound."""

    url: str
    bundle_fingerprint: str


def presence_of(request: Request) -> Presence:
    presence = request.app.state.presence
    assert isinstance(presence, Presence)
    return presence


def address_of(request: Request) -> GatewayAddress:
    address = request.app.state.gateway_address
    assert isinstance(address, GatewayAddress)
    return address


PresenceDep = Annotated[Presence, Depends(presence_of)]
AddressDep = Annotated[GatewayAddress, Depends(address_of)]


@router.get("/gateways", dependencies=[permit(Permission.VIEW)])
async def list_gateways(work: WorkDep, presence: PresenceDep, request: PageDep) -> Listing[GatewayOut]:
    """In the order in which they were made."""
    page = await service.list_oldest(work, request)
    return page.listing(lambda gateway: _out(work, gateway, presence))


@router.post("/gateways", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_gateway(work: WorkDep, creation: CreationDep, presence: PresenceDep, body: GatewayIn) -> GatewayOut:
    """Then make a claim code, and run its command on the edge computer."""
    await creation.begin(work)
    made = await service.create(work, body.name, body.site)
    return await creation.answer(work, _out(work, made, presence))


@router.get("/gateways/{gateway}", dependencies=[permit(Permission.VIEW)])
async def get_gateway(work: WorkDep, presence: PresenceDep, tagged: TaggedDep, gateway: str) -> GatewayOut:
    """A gateway, what it runs by its own report, and whether it is online."""
    return tagged(await _read(work, presence, gateway))


@router.patch("/gateways/{gateway}", dependencies=[permit(Permission.CONFIGURE)])
async def rename_gateway(
    work: WorkDep, presence: PresenceDep, edit: EditDep, gateway: str, body: GatewayChangeIn
) -> GatewayOut:
    """Its name is for people; what it is known by stays."""
    await edit.begin(work, gateway, partial(_read, work, presence, gateway))
    return edit.tagged(_out(work, await service.rename(work, gateway, body.name), presence))


@router.get("/gateways/{gateway}/certificates", dependencies=[permit(Permission.VIEW)])
async def list_gateway_certificates(work: WorkDep, gateway: str, request: PageDep) -> Listing[CertificateOut]:
    """Newest first: the first of them and one for each renewal."""
    page = await service.certificates_of(work, gateway, request)
    return page.listing(lambda certificate: CertificateOut.of(certificate, work.now))


@router.post("/gateways/{gateway}/claim-codes", status_code=201, dependencies=[permit(Permission.ADMINISTER)])
async def make_claim_code(work: WorkDep, address: AddressDep, gateway: str) -> ClaimCodeOut:
    """A code that enrols this gateway once, within a day. It is shown here and never again."""
    code = await service.make_claim_code(work, gateway, address.bundle_fingerprint)
    return ClaimCodeOut(
        code=str(code),
        command=f"goodpart gateway --join {address.url} --code {code}",
        expires_at=work.now + CLAIM_LIFE,
    )


@router.delete("/gateways/{gateway}/claim-codes", status_code=204, dependencies=[permit(Permission.ADMINISTER)])
async def withdraw_claim_code(work: WorkDep, gateway: str) -> None:
    """The code that nobody has used yet enrols nobody any more."""
    await service.withdraw_claim_code(work, gateway)


@router.post("/gateways/{gateway}/revoke", dependencies=[permit(Permission.ADMINISTER)])
async def revoke_gateway(work: WorkDep, presence: PresenceDep, gateway: str, body: RevocationIn) -> GatewayOut:
    """For good: its certificates are worth nothing from now on, and its connections are closed."""
    return _out(work, await service.revoke(work, gateway, body.reason), presence)


@router.get("/gateways/{gateway}/stations/{station}", dependencies=[permit(Permission.VIEW)])
async def get_wiring(work: WorkDep, tagged: TaggedDep, gateway: str, station: str) -> WiringOut:
    """By which drivers the gateway serves this station."""
    return tagged(await _read_wiring(work, gateway, station))


@router.put("/gateways/{gateway}/stations/{station}", dependencies=[permit(Permission.CONFIGURE)])
async def wire_station(work: WorkDep, edit: SetEditDep, gateway: str, station: str, body: WiringIn) -> WiringOut:
    """Takes effect with the next rollout to this gateway. A station that it does not serve yet needs no `If-Match`."""
    await edit.begin_set(work, station, partial(_find_wiring, work, gateway, station), noun="station")
    return edit.tagged(WiringOut.of(await service.wire_station(work, body.wiring(gateway, station))))


@router.delete("/gateways/{gateway}/stations/{station}", status_code=204, dependencies=[permit(Permission.CONFIGURE)])
async def unwire_station(work: WorkDep, edit: EditDep, gateway: str, station: str) -> None:
    """Takes effect with the next rollout to this gateway."""
    await edit.begin(work, station, partial(_read_wiring, work, gateway, station), noun="station")
    await service.unwire_station(work, gateway, station)


@router.get("/gateways/{gateway}/stations", dependencies=[permit(Permission.VIEW)])
async def list_stations(work: WorkDep, gateway: str) -> Listing[WiringOut]:
    """The stations that this gateway serves, and by which drivers."""
    return Listing(items=[WiringOut.of(wiring) for wiring in await service.wirings_of(work, gateway)])


async def _read_wiring(work: Work, gateway: str, station: str) -> WiringOut:
    return WiringOut.of(await service.get_wiring(work, gateway, station))


async def _find_wiring(work: Work, gateway: str, station: str) -> WiringOut | None:
    found = await service.find_wiring(work, gateway, station)
    return WiringOut.of(found) if found else None


async def _read(work: Work, presence: Presence, gateway: str) -> GatewayOut:
    return _out(work, await service.get(work, gateway), presence)


def _out(work: Work, gateway: Gateway, presence: Presence) -> GatewayOut:
    return GatewayOut.of(gateway, presence, work.now)
