"""Lists and tables reach whoever takes them compressed in few bytes; all else stays as it is."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Scope

from goodpart.web.compression import FROM_BYTES, Compression

PARTS = [{"serial": f"WB-{number:06}", "verdict": "good"} for number in range(100)]
TAG = '"3f9c"'
TABLE = [f"{number},good\r\n" * 500 for number in range(4)]


async def _list(_: Request) -> Response:
    return JSONResponse(PARTS, headers={"ETag": TAG})


async def _one(_: Request) -> Response:
    return JSONResponse(PARTS[0], headers={"ETag": TAG})


async def _image(_: Request) -> Response:
    return Response(b"B" * 2 * FROM_BYTES, media_type="image/bmp")


async def _table(_: Request) -> Response:
    async def pieces() -> AsyncIterator[str]:
        for piece in TABLE:
            yield piece

    return StreamingResponse(pieces(), media_type="text/csv")


async def _stream(_: Request) -> Response:
    return Response(b"event: time\n\n" * FROM_BYTES, media_type="text/event-stream")


APP = Starlette(
    routes=[
        Route("/api/parts", _list, methods=["GET", "POST"]),
        Route("/api/parts/1", _one),
        Route("/api/images/1", _image),
        Route("/api/parts/export", _table),
        Route("/api/stream", _stream),
        Route("/parts", _list),
    ],
    middleware=[Middleware(Compression)],
)


async def answered(method: str, path: str, accepted: str = "gzip") -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://localhost") as client:
        return await client.request(method, path, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br", "gzip"), ("br;q=1.0, gzip;q=0.2", "gzip"), ("br", None), ("gzip;q=0", None), ("", None)],
    ids=["browser", "weighed", "other", "refused", "none"],
)
async def test_a_list_comes_compressed_where_the_client_takes_it(accepted: str, coding: str | None) -> None:
    answer = await answered("GET", "/api/parts", accepted)

    assert answer.json() == PARTS
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert (int(answer.headers["content-length"]) < len(answer.content) / 5) == (coding == "gzip")


async def test_the_tag_of_compressed_bytes_is_weak() -> None:
    assert (await answered("GET", "/api/parts")).headers["etag"] == f"W/{TAG}"
    assert (await answered("GET", "/api/parts", "br")).headers["etag"] == TAG
    assert (await answered("GET", "/api/parts/1")).headers["etag"] == TAG


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/parts"),
        ("GET", "/api/parts/1"),
        ("GET", "/api/images/1"),
        ("GET", "/api/stream"),
        ("GET", "/parts"),
    ],
    ids=["told-once", "short", "image", "stream", "page"],
)
async def test_what_gains_nothing_or_may_hold_a_secret_stays_as_it_is(method: str, path: str) -> None:
    answer = await answered(method, path)

    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


async def test_a_table_is_read_while_it_is_written() -> None:
    """Each piece can be read before the next one is made, and nothing of it is held back."""
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/parts/export",
        "query_string": b"",
        "headers": [(b"accept-encoding", b"gzip")],
    }
    pieces: list[bytes] = []

    async def receive() -> Message:
        return await asyncio.Future()  # the client stays

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            pieces.append(message["body"])

    await APP(scope, receive, send)

    reader = zlib.decompressobj(wbits=31)
    assert [reader.decompress(piece).decode() for piece in pieces[: len(TABLE)]] == TABLE
    assert gzip.decompress(b"".join(pieces)).decode() == "".join(TABLE)
