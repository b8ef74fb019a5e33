"""What every endpoint of the gateway listener needs: who asks, the body within bounds, an answer in JSON."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from cryptography import x509
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from goodpart.server.gateways import repository
from goodpart.server.gateways.connection import peer_certificate
from goodpart.server.gateways.errors import CertificateMissingError, ClaimCodeRefusedError
from goodpart.server.gateways.identity import identify, is_due_to_be_seen
from goodpart.server.gateways.model import Gateway
from goodpart.server.gateways.presence import Presence
from goodpart.server.gateways.refusals import GATEWAY_REFUSED, Refusals
from goodpart.server.kit.errors import ApiError, InvalidError, TooLargeError
from goodpart.server.kit.objects import Objects
from goodpart.server.kit.work import Database, as_gateway
from goodpart.server.pki.authority import Authority
from goodpart.trust.certificates import fingerprint
from goodpart.web.problems import of_goodpart_error

_MAX_JSON_BYTES = 256 * 1024
Body = TypeVar("Body", bound=msgspec.Struct)


class BodyError(InvalidError):
    for_gateways = True
    code = "body_unreadable"


@dataclass(frozen=True)
class Door:
    """Built once, in `goodpart.server.compose`; hangs on the state of the gateway listener's app."""

    database: Database
    authority: Authority
    objects: Objects
    presence: Presence
    image_limit_bytes: int
    poll_s: float | None
    """How often a waiting long poll looks into the tables for what another replica wrote. None: there is no other."""
    refusals: Refusals = field(default_factory=Refusals)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process stops: long polls are answered at once."""

    async def identify(self, request: Request, *, forgive_expiry: bool = False) -> Gateway:
        """Raises what `goodpart.server.gateways.identity.identify` raises."""
        async with self.database.work(read_only=True) as work:
            gateway = await identify(work, self.authority, peer_certificate(request), forgive_expiry=forgive_expiry)
            due = is_due_to_be_seen(work, gateway)
        if due:
            async with self.database.work(as_gateway(gateway.id, gateway.name)) as work:
                await repository.set_seen(work.session, gateway.id, address_of(request), work.now)
            self.presence.changed.put_nowait(gateway.id)
        return gateway


def door_of(request: Request) -> Door:
    door = request.app.state.door
    assert isinstance(door, Door)
    return door


def address_of(request: Request) -> str:
    """Of the other end of the connection: a proxy's, where one stands in between."""
    return request.client.host if request.client else ""


async def answer_refusal(request: Request, error: Exception) -> Response:
    """The handler of refusals on the gateway listener. Claim codes have entries of their own."""
    assert isinstance(error, ApiError)
    peer = peer_certificate(request)
    if peer is not None and not isinstance(error, ClaimCodeRefusedError | CertificateMissingError):
        shown = fingerprint(x509.load_der_x509_certificate(peer))
        door = door_of(request)
        await door.refusals.note(door.database, GATEWAY_REFUSED, shown, error)
    return await of_goodpart_error(request, error)


async def read_body(request: Request, limit: int = _MAX_JSON_BYTES) -> bytes:
    """Raises `TooLargeError` as soon as more than ``limit`` bytes have come or are announced."""
    content, _ = await read_hashed_body(request, limit)
    return content


async def read_hashed_body(request: Request, limit: int) -> tuple[bytes, str]:
    """The body and its SHA-256, made while it comes in. Raises `TooLargeError`, `BodyError` where it breaks off."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    content, digest = bytearray(), hashlib.sha256()
    try:
        async for chunk in request.stream():
            if len(content) + len(chunk) > limit:
                raise _too_large(limit)
            content += chunk
            digest.update(chunk)
    except ClientDisconnect as error:
        raise BodyError("The request broke off in the middle.", "Send it again.") from error
    return bytes(content), digest.hexdigest()


async def read_struct(request: Request, kind: type[Body], limit: int = _MAX_JSON_BYTES) -> Body:
    """The body as ``kind``. Raises `BodyError`, `TooLargeError`."""
    try:
        return msgspec.json.decode(await read_body(request, limit), type=kind)
    except msgspec.MsgspecError as error:
        raise BodyError(f"The body is no {kind.__name__}: {error}.", "Update the gateway or the server.") from error


def answer(value: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(f"The body is larger than {limit} bytes.", "Send less at a time.")
