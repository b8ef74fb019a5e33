"""The HTTP camera driver."""

import asyncio
from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from goodpart.gateway.cameras.port import Camera, Picture
from goodpart.gateway.connections import ClosingTransport
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import CameraError, DriverSettingsError
from goodpart.gateway.drivers.settings import Scalar, read_settings

_MAX_BYTES = 64 * 1024 * 1024
_log = structlog.get_logger("http_camera")


class HttpCameraSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the picture is."""

    url: str
    """``http://…`` or ``https://…``; a GET answers with an image file."""
    timeout_ms: int = 5000
    """A bound of its own, above the deadline of the part."""


class HttpCamera(Camera):
    """Keeps one connection open between parts.

    Each grab owns its client, and only one that ended with a picture leaves it for the next: the pool of a client keeps
    the place of a request that was cancelled while it connected, and would have no place left after a few of them.
    """

    def __init__(self, settings: HttpCameraSettings) -> None:
        self._url = settings.url
        self._timeout_s = settings.timeout_ms / 1000
        # Made once: it reads all certificates, which takes longer than everything else in a client.
        self._tls = httpx.create_ssl_context(trust_env=False)
        self._kept: httpx.AsyncClient | None = self._connectable()
        self._closing: set[asyncio.Task[None]] = set()
        self._closed = False

    @classmethod
    def from_settings(cls, settings: Mapping[str, Scalar], context: DriverContext) -> Self:
        read = read_settings(settings, HttpCameraSettings, driver="camera", station=context.station)
        try:
            address = urlsplit(read.url)
            usable = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
        except ValueError:
            usable = False
        if not usable or read.timeout_ms <= 0:
            raise DriverSettingsError(
                f"The camera of station {context.station} has the address {read.url!r} and a time limit of"
                f" {read.timeout_ms} ms; it needs http://HOST[:PORT]/PATH and a positive limit.",
                "Correct the wiring of this station on the server.",
            )
        return cls(read)

    async def grab(self) -> Picture:
        try:
            try:
                return await self._get()
            except httpx.RemoteProtocolError:
                # A camera may close an idle connection just as it is used again.
                return await self._get()
        except httpx.HTTPError as error:
            raise CameraError(
                f"The camera at {self._url} gives no picture: {str(error) or type(error).__name__}.",
                "Check the camera, its cable and its address.",
            ) from error

    async def warm_up(self) -> None:
        await self.grab()

    async def close(self) -> None:
        self._closed = True
        kept, self._kept = self._kept, None
        if kept is not None:
            self._discard(kept)
        await asyncio.gather(*self._closing, return_exceptions=True)

    def _connectable(self) -> httpx.AsyncClient:
        """A client that has not connected yet."""
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60.0)
        transport = ClosingTransport(verify=self._tls, trust_env=False, limits=limits)
        return httpx.AsyncClient(transport=transport, timeout=self._timeout_s, trust_env=False)

    def _discard(self, client: httpx.AsyncClient) -> None:
        """Close it in a task of its own, which the end of a part's time does not cancel."""
        closing = asyncio.create_task(client.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._discarded)

    def _discarded(self, closing: asyncio.Task[None]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled() and (error := closing.exception()) is not None:
            _log.warning("connection_not_closed", camera=self._url, error=str(error) or type(error).__name__)

    async def _get(self) -> Picture:
        client, self._kept = self._kept or self._connectable(), None
        try:
            picture = await self._get_by(client)
        except BaseException:
            self._discard(client)
            raise
        if self._closed or self._kept is not None:
            self._discard(client)
        else:
            self._kept = client
        return picture

    async def _get_by(self, client: httpx.AsyncClient) -> Picture:
        async with client.stream("GET", self._url, headers={"Cache-Control": "no-cache"}) as answer:
            if answer.status_code != httpx.codes.OK:
                raise CameraError(
                    f"The camera at {self._url} answers {answer.status_code} {answer.reason_phrase}.",
                    "Check the camera and the path in its address.",
                )
            parts: list[bytes] = []
            size = 0
            async for part in answer.aiter_bytes():
                size += len(part)
                if size > _MAX_BYTES:
                    raise CameraError(
                        f"The camera at {self._url} sends more than {_MAX_BYTES // 1024 // 1024} MB.",
                        "Set it to single pictures instead of a stream.",
                    )
                parts.append(part)
        if size == 0:
            raise CameraError(f"The camera at {self._url} sends an empty picture.", "Check the camera.")
        media_type = answer.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
        return Picture(content=b"".join(parts), media_type=media_type)
