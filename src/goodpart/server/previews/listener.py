"""What gateways ask for and send because somebody looks at a station, on their own listener."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from goodpart.server.gateways.door import answer, door_of, read_struct
from goodpart.server.gateways.long_poll import read_question, wait_for
from goodpart.server.kit.work import as_gateway
from goodpart.server.previews import service
from goodpart.server.previews.endpoints import board_of
from goodpart.wire.commands import Commands
from goodpart.wire.previews import MAX_PREVIEW_BYTES, StationPreview


async def get_commands(request: Request) -> Response:
    """What the gateway is to do, as soon as that is another thing than it knew by ``cursor``."""
    door = door_of(request)
    gateway = await door.identify(request)
    cursor, wait_s = read_question(request, "cursor")
    board = board_of(request)

    async def look() -> Commands | None:
        async with door.database.work(read_only=True) as work:
            commands = await service.commands_of(work, board, gateway.id)
        return commands if commands.watch and commands.cursor != cursor else None

    found = await wait_for(look, door, request, gateway, service.COMMANDED, wait_s)
    return answer(found or Commands(cursor=cursor))


async def put_preview(request: Request) -> Response:
    door = door_of(request)
    gateway = await door.identify(request)
    preview = await read_struct(request, StationPreview, MAX_PREVIEW_BYTES)
    async with door.database.work(as_gateway(gateway.id, gateway.name), read_only=True) as work:
        await service.receive(work, board_of(request), gateway.id, str(request.path_params["station"]), preview)
    return Response(status_code=204)


routes = [
    Route("/gateway/v1/commands", get_commands, methods=["GET"]),
    Route("/gateway/v1/previews/{station}", put_preview, methods=["PUT"]),
]
