"""The calls to the server. Each answers, or raises one of the sentences of `goodpart.gateway.enrollment.errors`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
import msgspec

from goodpart.base.clock import Clock
from goodpart.gateway.connections import ClosingTransport
from goodpart.gateway.deployment.download import PackageSource, PackageStream
from goodpart.gateway.enrollment.answers import check_answer, unreachable, unusable
from goodpart.gateway.enrollment.identity import Enrolled
from goodpart.gateway.enrollment.tls import gateway_context
from goodpart.gateway.settings import GatewaySettings
from goodpart.wire.batches import MEDIA_TYPE, BatchAnswer
from goodpart.wire.commands import Commands
from goodpart.wire.desired import DesiredAnswer
from goodpart.wire.enrollment import Identity, RenewRequest
from goodpart.wire.reported import ReportedState

_Answer = TypeVar("_Answer")
_JSON = {"Content-Type": "application/json"}


class ServerClient(PackageSource):
    """One pool of connections, kept open, that prove this gateway's identity."""

    def __init__(self, enrolled: Enrolled, settings: GatewaySettings, clock: Clock) -> None:
        self.url = enrolled.server.url
        self._settings = settings
        self._clock = clock
        self._pool = self._open(enrolled)
        self._retired: list[_Pool] = []

    async def use(self, enrolled: Enrolled) -> None:
        """Prove a new identity from the next call on; calls under way end as they began."""
        old, self._pool = self._pool, self._open(enrolled)
        if old.calls:
            self._retired.append(old)
        else:
            await old.http.aclose()

    @property
    def retired(self) -> int:
        """Pools that only wait for their last calls to end."""
        return len(self._retired)

    async def close(self) -> None:
        for pool in (*self._retired, self._pool):
            await pool.http.aclose()

    async def send_events(self, content: bytes) -> BatchAnswer:
        """A batch as `goodpart.wire.batches.encode_batch` makes it. What the answer says is on the server's disk."""
        response = await self._call("POST", "/gateway/v1/events", content, {"Content-Type": MEDIA_TYPE})
        return self._read(response, BatchAnswer)

    async def has_image(self, sha256: str) -> bool:
        response = await self._call("HEAD", f"/gateway/v1/images/{sha256}", accept={404})
        return response.is_success

    async def put_image(self, sha256: str, content: bytes, media_type: str) -> None:
        await self._call("PUT", f"/gateway/v1/images/{sha256}", content, {"Content-Type": media_type})

    async def desired(self, revision: int, *, wait_s: float) -> DesiredAnswer:
        """Waits at the server until the desired state differs from ``revision``, at most ``wait_s``."""
        response = await self._call(
            "GET", f"/gateway/v1/desired?revision={revision}&wait={wait_s:g}", silent_for_s=wait_s
        )
        return self._read(response, DesiredAnswer)

    async def commands(self, cursor: int, *, wait_s: float) -> Commands:
        """Waits at the server until there are other commands than those of ``cursor``, at most ``wait_s``."""
        response = await self._call("GET", f"/gateway/v1/commands?cursor={cursor}&wait={wait_s:g}", silent_for_s=wait_s)
        return self._read(response, Commands)

    async def put_preview(self, station: str, content: bytes) -> None:
        """``content`` is a `goodpart.wire.previews.StationPreview` as JSON."""
        await self._call("PUT", f"/gateway/v1/previews/{station}", content, _JSON)

    async def report(self, state: ReportedState) -> None:
        await self._call("PUT", "/gateway/v1/reported", msgspec.json.encode(state), _JSON)

    async def renew(self, request: RenewRequest) -> Identity:
        response = await self._call("POST", "/gateway/v1/renew", msgspec.json.encode(request), _JSON)
        return self._read(response, Identity)

    @asynccontextmanager
    async def open_package(self, sha256: str, offset: int) -> AsyncIterator[PackageStream]:
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        path = f"{self.url}/gateway/v1/packages/{sha256}"
        try:
            async with (
                self._leased() as http,
                http.stream("GET", path, headers={**headers, "Accept-Encoding": "identity"}) as response,
            ):
                if not response.is_success:
                    await response.aread()
                check_answer(self.url, response)
                start = offset if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
                yield PackageStream(start=start, chunks=response.aiter_raw())
        except httpx.HTTPError as error:
            raise unreachable(self.url, error, identified=True) from error

    async def _call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        silent_for_s: float = 0.0,
        accept: frozenset[int] | set[int] = frozenset(),
    ) -> httpx.Response:
        try:
            async with self._leased() as http:
                response = await http.request(
                    method, self.url + path, content=content, headers=headers, timeout=self._timeout(silent_for_s)
                )
        except httpx.HTTPError as error:
            raise unreachable(self.url, error, identified=True) from error
        if response.status_code not in accept:
            check_answer(self.url, response)
        return response

    def _read(self, response: httpx.Response, kind: type[_Answer]) -> _Answer:
        try:
            return msgspec.json.decode(response.content, type=kind)
        except msgspec.MsgspecError as error:
            raise unusable(self.url, error) from error

    def _timeout(self, silent_for_s: float = 0.0) -> httpx.Timeout:
        answer_s = self._settings.answer_timeout_s
        # No limit on the wait for a free connection: the number of loops bounds the number of calls.
        return httpx.Timeout(
            connect=self._settings.connect_timeout_s, read=answer_s + silent_for_s, write=answer_s, pool=None
        )

    def _open(self, enrolled: Enrolled) -> "_Pool":
        context = gateway_context(enrolled, self._clock.now())
        limits = httpx.Limits(max_connections=None, keepalive_expiry=60.0)
        transport = ClosingTransport(verify=context, trust_env=False, limits=limits)
        return _Pool(httpx.AsyncClient(transport=transport, timeout=self._timeout(), trust_env=False))

    @asynccontextmanager
    async def _leased(self) -> AsyncIterator[httpx.AsyncClient]:
        pool = self._pool
        pool.calls += 1
        try:
            yield pool.http
        finally:
            pool.calls -= 1
            if pool.calls == 0 and pool in self._retired:
                self._retired.remove(pool)
                await pool.http.aclose()


class _Pool:
    """A pool and the number of calls that use it now."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.calls = 0
