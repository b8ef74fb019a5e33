"""The HTTP camera driver."""

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

import httpx
import msgspec

from goodpart.gateway.cameras.port import Camera, Picture
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import CameraError, DriverSettingsError
from goodpart.gateway.drivers.settings import Scalar, read_settings

_MAX_BYTES = 64 * 1024 * 1024


class HttpCameraSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the picture is."""

    url: str
    """``http://…`` or ``https://…``; a GET answers with an image file."""
    timeout_ms: int = 5000
    """A bound of its own, above the deadline of the part."""


class HttpCamera(Camera):
    """Keeps one connection open between parts."""

    def __init__(self, settings: HttpCameraSettings) -> None:
        self._url = settings.url
        self._client = httpx.AsyncClient(
            timeout=settings.timeout_ms / 1000,
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=60.0),
            trust_env=False,
        )

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
        await self._client.aclose()

    async def _get(self) -> Picture:
        async with self._client.stream("GET", self._url, headers={"Cache-Control": "no-cache"}) as answer:
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
