"""Small web servers on the loopback interface that start, say where they are, and stop together, at once."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette

from goodpart.base.errors import GoodpartError


class PortInUseError(GoodpartError):
    """A port cannot be listened on."""

    code = "port_in_use"


class _Quiet(uvicorn.Server):
    """Leaves the signals to the process that it is a part of."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(*apps: tuple[Starlette, int]) -> AsyncIterator[tuple[int, ...]]:
    """Serve each app on its port (0: any free one) inside the block; yields the ports. Raises `PortInUseError`."""
    with ExitStack() as sockets:
        bound = [sockets.enter_context(_bound(port)) for _, port in apps]
        servers = [_Quiet(_config(app)) for app, _ in apps]
        serving = [
            asyncio.create_task(server.serve(sockets=[sock])) for server, sock in zip(servers, bound, strict=True)
        ]
        try:
            yield tuple(int(sock.getsockname()[1]) for sock in bound)
        finally:
            for server in servers:
                server.should_exit = server.force_exit = True
            await asyncio.gather(*serving)


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise PortInUseError(
            f"Port {port} of 127.0.0.1 cannot be listened on: {error.strerror or error}.",
            "Stop what uses that port, or choose another one (0 takes any free port).",
        ) from error
