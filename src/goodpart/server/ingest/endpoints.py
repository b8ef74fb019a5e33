"""What gateways send in from their lines: events and images. Answered when it is on disk."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from goodpart.server.gateways.door import answer, door_of, read_body, read_hashed_body
from goodpart.server.ingest import service
from goodpart.server.ingest.errors import BatchInvalidError, ImageHashError
from goodpart.server.inspections import service as inspections
from goodpart.server.kit.objects import is_sha256
from goodpart.server.kit.work import as_gateway
from goodpart.wire.batches import MAX_BATCH_BYTES, MEDIA_TYPE, decode_batch

IMAGES = "images"
"""Folder of the object store."""
_MAX_NAME = 200


async def post_events(request: Request) -> Response:
    """A batch of one journal. Answers how far that journal is on this server's disk."""
    door = door_of(request)
    gateway = await door.identify(request)
    if request.headers.get("content-type") != MEDIA_TYPE:
        raise BatchInvalidError("The body is not declared as a batch of events.", f"Send it as {MEDIA_TYPE}.")
    batch = decode_batch(await read_body(request, MAX_BATCH_BYTES))
    header = batch.header
    if not 1 <= header.first <= 2**62 or not 1 <= len(header.epoch) <= _MAX_NAME or "\0" in header.epoch:
        raise BatchInvalidError("The header of a batch is out of bounds.", "Look at the gateway's journal.")
    return answer(await service.ingest(door.database, gateway, batch))


async def put_image(request: Request) -> Response:
    """An image under its SHA-256. Sending it again changes nothing."""
    door = door_of(request)
    gateway = await door.identify(request)
    sha256 = _sha256(request)
    content, found = await read_hashed_body(request, door.image_limit_bytes)
    if found != sha256:
        raise ImageHashError(f"The body's SHA-256 is {found}, not {sha256}.", "Send it again from the disk.")
    await door.objects.put(IMAGES, content)
    async with door.database.work(as_gateway(gateway.id, gateway.name)) as work:
        await inspections.image_arrived(work, gateway=gateway.id, sha256=sha256, size_bytes=len(content))
    return Response(status_code=204)


async def head_image(request: Request) -> Response:
    """Whether the image is here, and recorded as arrived."""
    door = door_of(request)
    await door.identify(request)
    sha256 = _sha256(request)
    async with door.database.work(read_only=True) as work:
        arrived = await inspections.has_arrived(work, sha256)
    size = await door.objects.size(IMAGES, sha256) if arrived else None
    if size is None:
        return Response(status_code=404)
    return Response(status_code=200, headers={"Content-Length": str(size)})


def _sha256(request: Request) -> str:
    sha256 = str(request.path_params["sha256"])
    if not is_sha256(sha256):
        raise ImageHashError(f"{sha256[:100]!r} is not a SHA-256.", "Name an image by 64 hexadecimal digits.")
    return sha256


routes = [
    Route("/gateway/v1/events", post_events, methods=["POST"]),
    Route("/gateway/v1/images/{sha256}", put_image, methods=["PUT"]),
    Route("/gateway/v1/images/{sha256}", head_image, methods=["HEAD"]),
]
