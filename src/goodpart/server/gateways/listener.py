"""What gateways ask for on their own listener, over mutual TLS. Bodies are types of `goodpart.wire`.

Every route but ``/enroll`` identifies the gateway first. What comes in from lines is in `goodpart.server.ingest`.
"""

import re

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from goodpart.server.gateways import enrollment, repository, service
from goodpart.server.gateways.door import BodyError, address_of, answer, door_of, read_struct
from goodpart.server.gateways.errors import PackageNotDesiredError
from goodpart.server.gateways.long_poll import read_question, wait_for
from goodpart.server.kit.objects import ObjectMissingError
from goodpart.server.kit.work import as_gateway
from goodpart.trust.documents import seal
from goodpart.web.ranges import parse_range
from goodpart.wire.desired import DesiredAnswer
from goodpart.wire.enrollment import EnrollRequest, RenewRequest
from goodpart.wire.reported import ReportedState
from goodpart.wire.signed import SignedDocument

PACKAGES = "packages"
"""Folder of the object store."""
TIME = "time"
"""Purpose of the signature over a time."""
_NONCE = re.compile(r"[A-Za-z0-9_-]{8,128}")


class SignedTime(msgspec.Struct, frozen=True, kw_only=True):
    nonce: str
    now: str
    """RFC 3339, UTC."""


async def get_bundle(request: Request) -> Response:
    """The roots, for a gateway that checks them by the fingerprint in its claim code."""
    return answer(door_of(request).authority.bundle)


async def enroll(request: Request) -> Response:
    door = door_of(request)
    body = await read_struct(request, EnrollRequest)
    return answer(await enrollment.enroll(door.database, door.authority, door.refusals, body, address_of(request)))


async def renew(request: Request) -> Response:
    """The one call that an expired certificate is good for."""
    door = door_of(request)
    gateway = await door.identify(request, forgive_expiry=True)
    body = await read_struct(request, RenewRequest)
    async with door.database.work(as_gateway(gateway.id, gateway.name)) as work:
        return answer(await enrollment.renew(work, door.authority, gateway, body))


async def get_time(request: Request) -> Response:
    """The server's time, signed together with the caller's nonce, so that it cannot be an old one."""
    door = door_of(request)
    await door.identify(request)
    nonce = request.query_params.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise BodyError("The nonce is not of 8 to 128 letters and digits.", "Send a random one.")
    now = door.database.clock.now().isoformat()
    return answer(seal(door.authority.signer, TIME, msgspec.json.encode(SignedTime(nonce=nonce, now=now))))


async def get_desired(request: Request) -> Response:
    """The latest desired state, as soon as it is not ``revision``; nothing where that takes longer than ``wait`` s."""
    door = door_of(request)
    gateway = await door.identify(request)
    revision, wait_s = read_question(request, "revision")

    async def look() -> SignedDocument | None:
        async with door.database.work(read_only=True) as work:
            latest = await repository.latest_desired(work.session, gateway.id)
        return latest[1] if latest is not None and latest[0] != revision else None

    return answer(DesiredAnswer(document=await wait_for(look, door, request, gateway, service.DESIRED_ISSUED, wait_s)))


async def put_reported(request: Request) -> Response:
    door = door_of(request)
    gateway = await door.identify(request)
    reported = await read_struct(request, ReportedState)
    async with door.database.work(as_gateway(gateway.id, gateway.name)) as work:
        await service.record_reported(work, gateway.id, reported)
    door.presence.changed.put_nowait(gateway.id)
    return Response(status_code=204)


async def get_package(request: Request) -> Response:
    """A package, whole or from where a download broke off. Only what a desired state of this gateway names."""
    door = door_of(request)
    gateway = await door.identify(request)
    package = request.path_params["sha256"]
    async with door.database.work(read_only=True) as work:
        allowed = await repository.may_download(work.session, gateway.id, package)
    if not allowed:
        raise PackageNotDesiredError(
            f"No desired state of {gateway.name} names the package {package!r}.", "Roll it out to this gateway first."
        )
    size = await door.objects.size(PACKAGES, package)
    if size is None:
        raise ObjectMissingError(f"The package {package} is not in the object store.", "Restore it from a backup.")
    part = parse_range(request.headers.get("range"), size)
    start, end = part or (0, size)
    headers = {"Accept-Ranges": "bytes", "ETag": f'"{package}"', "Content-Length": str(end - start)}
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        door.objects.stream(PACKAGES, package, start, end),
        206 if part is not None else 200,
        headers=headers,
        media_type="application/octet-stream",
    )


routes = [
    Route("/enroll", get_bundle, methods=["GET"]),
    Route("/enroll", enroll, methods=["POST"]),
    Route("/gateway/v1/renew", renew, methods=["POST"]),
    Route("/gateway/v1/time", get_time, methods=["GET"]),
    Route("/gateway/v1/desired", get_desired, methods=["GET"]),
    Route("/gateway/v1/reported", put_reported, methods=["PUT"]),
    Route("/gateway/v1/packages/{sha256}", get_package, methods=["GET"]),
]
