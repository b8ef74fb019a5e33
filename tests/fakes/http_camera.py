"""An HTTP camera that a test aims: a real server on loopback that answers with the bytes it was given."""

import asyncio
from typing import Self

from goodpart.base.ports import free_ports


class AimedCamera:
    """``content`` is the picture; ``delay_s`` what it takes; ``status`` what it answers."""

    def __init__(self, content: bytes = b"", media_type: str = "image/jpeg") -> None:
        self.content = content
        self.media_type = media_type
        self.delay_s = 0.0
        self.status = 200
        self.hang_up_after = 0
        """Closes each connection after so many pictures; 0: never."""
        self.grabs = 0
        self.connections = 0
        (self.port,) = free_ports(1)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def open_connections(self) -> int:
        return len(self._connections)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cameras/station1/frame"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.connections += 1
        try:
            served = 0
            while await reader.readline():
                while (await reader.readline()).strip():
                    pass
                content = self.content
                self.grabs += 1
                await asyncio.sleep(self.delay_s)
                writer.write(
                    f"HTTP/1.1 {self.status} Answer\r\nContent-Type: {self.media_type}\r\n"
                    f"Content-Length: {len(content)}\r\n\r\n".encode()
                )
                writer.write(content)
                await writer.drain()
                served += 1
                if served == self.hang_up_after:
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass  # the gateway went first, or the camera is switched off
        finally:
            self._connections.discard(task)
            writer.close()
