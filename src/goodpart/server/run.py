"""The server process: both listeners in one event loop, from the first sentence to a quick end."""

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

import structlog
import uvicorn
from structlog.typing import Processor

from goodpart.base.clock import Clock, SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.server.compose import Server, compose, working
from goodpart.server.gateways.connection import protocol_for
from goodpart.server.kit.database import is_sqlite
from goodpart.server.settings import Settings, SettingsError, is_loopback
from goodpart.server.users import service as users
from goodpart.web.stalled import ReadersOnly

_GRACE_S = 2
"""How long requests may take to end once the server stops; streams and long polls end at once."""
_IDLE_S = 150
"""How long a browser's connection may wait for its next request: longer than proxies keep theirs (nginx 60 s, Caddy
120 s). Whoever sends a request into one that is just being ended here gets a 502."""
LINES: Sequence[Processor] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
)
"""How an event becomes a line of the log; of an error the traceback, without the values of its variables."""


class ListenError(GoodpartError):
    code = "cannot_listen"


@dataclass(frozen=True)
class Addresses:
    """What the process prints once it listens."""

    url: str
    gateway_url: str
    first_run_url: str | None
    """Where the first account is made; None where there is one."""


class _Listener(uvicorn.Server):
    """Signals are for the process, which has two of these."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(settings: Settings, *, as_json: bool = False) -> None:
    """`goodpart server`: serve until SIGINT or SIGTERM. Raises a `GoodpartError` where it cannot start."""
    set_up_logs()
    os.umask(0o077)  # keys, images and the database are this user's alone
    asyncio.run(_run(settings, SystemClock(), as_json=as_json))


async def _run(settings: Settings, clock: Clock, *, as_json: bool) -> None:
    stop = _stop_on_signals()
    async with serving(settings, clock) as (_, addresses):
        _print(addresses, as_json=as_json)
        await stop.wait()


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def serving(
    settings: Settings, clock: Clock, *, with_jobs: bool = True
) -> AsyncIterator[tuple[Server, Addresses]]:
    """Both listeners up and answering inside the block; connections closed and work stopped after it."""
    check_exposure(settings)
    with (
        _bound(settings.host, settings.port, "GOODPART_PORT") as browsers,
        _bound(settings.gateway_host, settings.gateway_port, "GOODPART_GATEWAY_PORT") as gateways,
    ):
        async with compose(settings, clock, with_jobs=with_jobs) as server:
            server.announce_gateway_port(_port(gateways))
            listeners = [_browser_listener(server), _gateway_listener(server)]
            tasks = [
                asyncio.create_task(listener.serve([bound]))
                for listener, bound in zip(listeners, (browsers, gateways), strict=True)
            ]
            try:
                await _until_started(listeners, tasks)
                yield server, await _addresses(server, _port(browsers))
            finally:
                server.begin_to_stop()
                for listener in listeners:
                    listener.should_exit = True
                await asyncio.gather(*tasks)


def check_exposure(settings: Settings) -> None:
    """Passwords do not cross a network in the clear. Raises `SettingsError`."""
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise SettingsError(
            "Only one of GOODPART_TLS_CERTIFICATE and GOODPART_TLS_KEY is set.", "Set both of them, or neither."
        )
    if settings.tls_own_ca and settings.tls_certificate is not None:
        raise SettingsError(
            "Both GOODPART_TLS_OWN_CA and GOODPART_TLS_CERTIFICATE are set.", "Set one of them: whose CA is it to be?"
        )
    if not settings.has_tls and not is_loopback(settings.host):
        raise SettingsError(
            f"The browser listener would be open to the network without TLS on {settings.host}.",
            "Set GOODPART_TLS_CERTIFICATE and GOODPART_TLS_KEY, or GOODPART_TLS_OWN_CA=true, or listen on 127.0.0.1 "
            "behind a proxy that has TLS.",
        )


def work(settings: Settings) -> None:
    """`goodpart worker`: do jobs until SIGINT or SIGTERM. Raises `SettingsError` without PostgreSQL."""
    refuse_sqlite(settings.database_url)
    set_up_logs()
    os.umask(0o077)
    asyncio.run(_work(settings, SystemClock()))


async def _work(settings: Settings, clock: Clock) -> None:
    stop = _stop_on_signals()
    async with working(settings, clock) as jobs:
        print(f"Goodpart worker: doing jobs as {jobs.executor}", flush=True)  # noqa: T201 - what a person waits for
        await stop.wait()


def refuse_sqlite(url: str) -> None:
    """Raises `SettingsError`: workers of their own need a database that several processes may write."""
    if not url or is_sqlite(url):
        raise SettingsError(
            "`goodpart worker` needs PostgreSQL; SQLite belongs to the one server process, which runs jobs itself.",
            "Set GOODPART_DATABASE_URL to postgresql://USER@HOST/DATABASE, on the server too.",
        )


def set_up_logs() -> None:
    """To stderr: what the process prints for programs stays alone on stdout."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(processors=[*LINES], logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def _browser_listener(server: Server) -> _Listener:
    settings = server.settings
    certificate, own = settings.tls_certificate, server.browser_tls
    config = uvicorn.Config(
        server.browser_app,
        http=ReadersOnly,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=certificate,
        ssl_keyfile=settings.tls_key,
        ssl_context_factory=(lambda _config, _default: own) if own else None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"The certificate {certificate} cannot be used with its key: {error}.",
            "Check GOODPART_TLS_CERTIFICATE and GOODPART_TLS_KEY.",
        ) from error
    return _Listener(config)


def _gateway_listener(server: Server) -> _Listener:
    config = uvicorn.Config(
        server.gateway_app,
        http=protocol_for(server.door.presence),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_context_factory=lambda _config, _default: server.gateway_tls,
    )
    return _Listener(config)


@contextlib.contextmanager
def _bound(host: str, port: int, setting: str) -> Iterator[socket.socket]:
    """A listening socket. Raises `ListenError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ListenError(f"There is no address {host}: {error}.", "Correct the host in the settings.") from error
    with bound:
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen(128)
        except OSError as error:
            cause = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
            raise ListenError(
                f"Port {port} of {host} {cause}.", f"Stop what uses it, or choose another port in {setting}."
            ) from error
        yield bound


def _port(bound: socket.socket) -> int:
    port = bound.getsockname()[1]
    assert isinstance(port, int)
    return port


async def _until_started(listeners: list[_Listener], tasks: "list[asyncio.Task[None]]") -> None:
    while not all(listener.started for listener in listeners):
        await asyncio.sleep(0.01)
        for task in tasks:
            if task.done():
                task.result()


async def _addresses(server: Server, port: int) -> Addresses:
    settings = server.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "https" if settings.has_tls else "http"
    url = settings.public_url.rstrip("/") or f"{scheme}://{host}:{port}"
    async with server.resources.database.work() as work:
        token = await users.make_first_run_link(work)
    gateway_url = server.browser_app.state.gateway_address.url
    return Addresses(url, gateway_url, f"{url}/first-run#{token}" if token else None)


def _print(addresses: Addresses, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(addresses)), flush=True)  # noqa: T201 - the contract with programs
        return
    print(f"Goodpart server: {addresses.url}", flush=True)  # noqa: T201 - what a person waits for
    if addresses.first_run_url:
        print(f"Make the first account: {addresses.first_run_url}", flush=True)  # noqa: T201
