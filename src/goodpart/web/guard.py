"""What stands before every page: the host that was asked for, the site that asks, and headers for the browser."""

import re
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goodpart.base.clock import Clock
from goodpart.web.problems import problem

CSRF_HEADER = "X-Goodpart"
TIME_HEADER = "X-Goodpart-Time"
"""The server's time on every answer of the API: pages count ages by it, since the clock of a browser may be wrong."""
_READING = {"GET", "HEAD", "OPTIONS"}
_HOST = re.compile(r"(?:\[(?P<address>[0-9a-fA-F:.]+)\]|(?P<name>[^:\[\]/@]+))(?::\d+)?")
_NONCE = "goodpart.csp_nonce"


class BrowserGuard:
    """Refuses foreign hosts and cross-site requests; puts security headers on every answer.

    A page of another site can make a browser send a simple request with our cookie, but not with a header of ours
    (that takes a preflight, which is never granted); the cookie is SameSite=Strict besides, and an Origin that is not
    ours is refused. A request with an Authorization header is not signed in by its cookie, and no page of another site
    can send that header: it needs none of ours.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], clock: Clock) -> None:
        """``hosts`` are names and addresses, without ports."""
        self._app = app
        self._clock = clock
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope[_NONCE] = nonce

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _security_headers(nonce).items():
                    headers[name] = value
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                if scope["path"].startswith("/api"):
                    headers[TIME_HEADER] = self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refuse(scope)
        await (refusal or self._app)(scope, receive, with_headers)

    def _refuse(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name_of(host) not in self._hosts:
            remedy = "Use the address that the server printed, or add this name to GOODPART_ALLOWED_HOSTS."
            return problem(400, "host_unknown", "Unknown host", f"This server is not called {host!r}.", remedy)
        if scope["method"] in _READING:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            detail = f"The request comes from {origin!r} and asks for {host!r}."
            remedy = "Open the page at the server's own address; a proxy has to pass the Host header on as it came."
            return problem(403, "origin_foreign", "Foreign origin", detail, remedy)
        if headers.get(CSRF_HEADER) != "1" and "authorization" not in headers:
            remedy = f"Send the header {CSRF_HEADER}: 1 with every request that changes something."
            return problem(403, "header_missing", "Header missing", f"{CSRF_HEADER} is missing.", remedy)
        return None


def csp_nonce(scope: Scope) -> str:
    """The nonce of this answer's Content-Security-Policy, for the page's style elements."""
    nonce = scope[_NONCE]
    assert isinstance(nonce, str)
    return nonce


def _security_headers(nonce: str) -> dict[str, str]:
    policy = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        f"worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'nonce-{nonce}'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


def _name_of(host: str) -> str:
    """``host`` without its port; an IPv6 address without its brackets; empty where it is neither."""
    match = _HOST.fullmatch(host)
    return (match["address"] or match["name"]).lower() if match else ""
