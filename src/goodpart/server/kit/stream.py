"""The live stream over HTTP: one per browser and person."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from goodpart.server.kit.errors import UnavailableError
from goodpart.server.kit.media import EVENTS, answered, text
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.reach import NOWHERE
from goodpart.server.kit.requests import Resources, ResourcesDep
from goodpart.web.cookies import Credential, credential_of
from goodpart.web.live import LiveMessage, stream_response

router = APIRouter(tags=["live"])

_EXAMPLE = 'id: 5c1a7b2e-17\nevent: alarm\ndata: {"code": "camera_lost", "cleared_at": null}\n\n'
_CHECKED_EVERY_NS = 10_000_000_000
"""How soon a stream ends after its session has ended or its user's roles have changed, here or on another replica."""


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses=answered(text(EVENTS, _EXAMPLE)),
    dependencies=[permit(Permission.VIEW)],
)
async def get_stream(
    request: Request,
    resources: ResourcesDep,
    last_event_id: Annotated[str | None, Header()] = None,
    seconds: Annotated[
        float | None,
        Query(ge=1, le=60, description="End after so long: for a proxy that holds an answer until it ends"),
    ] = None,
) -> StreamingResponse:
    """What happens at the places that one sees, as it happens: Server-Sent Events. It ends with the session.

    It goes on after the id of the last event that one got. Where it cannot, or cannot keep up, `reset` says so: then
    read anew what you show.
    """
    if not resources.live.is_open:
        raise StreamClosedError("This server does not hear of what happens right now.", "Try again in a few seconds.")
    watcher = Watcher(resources, credential_of(request) or Credential("", is_token=False))
    await watcher.look_again()
    frames = resources.live.read(last_event_id, ends_after_s=seconds, may_see=watcher.may_see)
    return stream_response(watcher.watch(frames))


class StreamClosedError(UnavailableError):
    code = "stream_closed"


class Watcher:
    """Follows, while a stream runs, what its user may still see: nothing before it has looked."""

    def __init__(self, resources: Resources, credential: Credential) -> None:
        self._resources = resources
        self._credential = credential
        self._reach = NOWHERE

    def may_see(self, message: LiveMessage) -> bool:
        return all(self._reach.sees(place) for place in message.places)

    async def watch(self, frames: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        clock = self._resources.database.clock
        checked_ns = clock.monotonic_ns()
        async for frame in frames:
            if clock.monotonic_ns() - checked_ns >= _CHECKED_EVERY_NS:
                if not await self.look_again():
                    return
                checked_ns = clock.monotonic_ns()
            yield frame

    async def look_again(self) -> bool:
        """False where the user is no longer signed in, or sees nothing any more."""
        authenticator = self._resources.authenticator
        async with self._resources.database.work(read_only=True) as work:
            signed_in = await authenticator.authenticate(work, self._credential)
            if signed_in is None:
                return False
            self._reach = await authenticator.reach_of(work, signed_in, Permission.VIEW)
        return bool(self._reach.allowed)
