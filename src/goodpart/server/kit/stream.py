"""The live stream over HTTP: one per browser tab."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import StreamingResponse

from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import Resources, ResourcesDep
from goodpart.web.cookies import session_token
from goodpart.web.live import stream_response

router = APIRouter(tags=["live"])

_CHECKED_EVERY_NS = 10_000_000_000
"""How soon a stream ends after its session has ended, here or on another replica."""


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
    dependencies=[permit(Permission.VIEW)],
)
async def get_stream(
    request: Request, resources: ResourcesDep, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """What happens, as it happens: Server-Sent Events. It ends with the session."""
    frames = resources.live.read(last_event_id)
    return stream_response(_while_signed_in(frames, resources, session_token(request) or ""))


async def _while_signed_in(frames: AsyncIterator[str], resources: Resources, token: str) -> AsyncIterator[str]:
    clock = resources.database.clock
    checked_ns = clock.monotonic_ns()
    async for frame in frames:
        if clock.monotonic_ns() - checked_ns >= _CHECKED_EVERY_NS:
            async with resources.database.work(read_only=True) as work:
                if await resources.authenticator.authenticate(work, token) is None:
                    return
            checked_ns = clock.monotonic_ns()
        yield frame
