"""A page of a browser, as far as the live stream goes: it keeps what it was told, and reads anew when it is told to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx


@dataclass
class Page:
    """Shows every inspection by its verdict. ``verdicts`` is what a person would see now."""

    browser: httpx.AsyncClient
    """Signed in."""
    address: str
    """Of the server, or of a proxy before it."""
    last_id: str | None = None
    verdicts: dict[str, str] = field(default_factory=dict)
    events: list[tuple[str, Any]] = field(default_factory=list)
    """Every event with its data, in the order in which they came."""

    async def read_anew(self) -> None:
        self.verdicts = await all_verdicts(self.browser)

    async def look(self, cut_after: int | None = None, query: str = "") -> None:
        """Read the stream until it ends, or until ``cut_after`` bytes of the answer, wherever in a message that is."""
        lines = ""
        async with connection(self.address) as (reader, writer):
            writer.write(self._request(query))
            async for text in answer(reader, cut_after):
                *whole, lines = (lines + text).split("\n\n")
                for frame in whole:
                    await self._take(frame)

    @asynccontextmanager
    async def silent(self) -> AsyncIterator[asyncio.StreamReader]:
        """A stream that was asked for and is not read."""
        async with connection(self.address, receives_bytes=4096) as (reader, writer):
            writer.write(self._request(""))
            await reader.readuntil(b"event: hello")
            assert isinstance(writer.transport, asyncio.ReadTransport)
            writer.transport.pause_reading()  # what a page that hangs does
            yield reader

    def _request(self, query: str) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        lines = [f"GET /api/stream{query} HTTP/1.1", f"Host: {urlsplit(self.address).netloc}", f"Cookie: {cookies}"]
        if self.last_id is not None:
            lines.append(f"Last-Event-ID: {self.last_id}")
        return "\r\n".join([*lines, "", ""]).encode()

    async def _take(self, frame: str) -> None:
        fields = dict(line.split(": ", 1) for line in frame.split("\n"))
        first = self.last_id is None
        self.last_id = fields.get("id", self.last_id)
        if "event" not in fields:
            return
        data = json.loads(fields["data"])
        self.events.append((fields["event"], data))
        if fields["event"] == "reset" or (fields["event"] == "hello" and first):
            await self.read_anew()
        if fields["event"] == "inspection":
            self.verdicts[data["id"]] = data["final_verdict"]


async def all_verdicts(browser: httpx.AsyncClient) -> dict[str, str]:
    """What the API says, page by page."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = (await browser.get(f"/api/inspections?limit=200{cursor}")).json()
        found |= {item["id"]: item["final_verdict"] for item in page["items"]}
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


@asynccontextmanager
async def connection(
    address: str, receives_bytes: int | None = None
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Cut at the end, whatever is under way. ``receives_bytes``: what the machine takes that nobody reads."""
    parts = urlsplit(address)
    end = socket.socket()
    end.setblocking(False)
    if receives_bytes is not None:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_bytes)
    await asyncio.get_running_loop().sock_connect(end, (parts.hostname, parts.port))
    reader, writer = await asyncio.open_connection(sock=end)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answer(reader: asyncio.StreamReader, cut_after: int | None = None) -> AsyncIterator[str]:
    """The body of a chunked answer, as it comes."""
    left = cut_after if cut_after is not None else 1 << 60
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        while size := int(await reader.readline() or b"0", 16):
            chunk = (await reader.readexactly(size + 2))[:-2]
            yield chunk[:left].decode(errors="ignore")
            left -= len(chunk)
            if left <= 0:
                return


def cut_points(count: int, longest: int, seed: int) -> list[int]:
    random = Random(seed)
    return [random.randint(1, longest) for _ in range(count)]
