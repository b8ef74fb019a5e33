"""The one place that builds the server: what depends on what is to be read here."""

import asyncio
import fcntl
import os
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from starlette.applications import Starlette

from goodpart.base.clock import Clock
from goodpart.base.errors import DataFolderError
from goodpart.base.files import open_data_folder
from goodpart.server.api import make_browser_app, make_gateway_app
from goodpart.server.audit import service as audit
from goodpart.server.gateways.announcer import GatewayAnnouncer
from goodpart.server.gateways.door import Door
from goodpart.server.gateways.endpoints import GatewayAddress
from goodpart.server.gateways.handshake import ForeignCertificates
from goodpart.server.gateways.presence import Presence
from goodpart.server.kit.database import is_sqlite, open_engine, sqlite_url
from goodpart.server.kit.jobs import Jobs
from goodpart.server.kit.objects import Objects, open_objects
from goodpart.server.kit.relay import relaying
from goodpart.server.kit.requests import Resources
from goodpart.server.kit.signals import Signals
from goodpart.server.kit.work import Database, Work
from goodpart.server.kpis.recomputer import Recomputer
from goodpart.server.migrations.upgrade import database_unusable, upgrade
from goodpart.server.pki.authority import BROWSERS, Authority
from goodpart.server.places import service as places
from goodpart.server.previews.board import MemoryBoard, PreviewBoard, SharedBoard
from goodpart.server.reviews.service import ReviewedParts
from goodpart.server.rollouts.follower import RolloutFollower
from goodpart.server.settings import Settings
from goodpart.server.training.jobs import Trainer
from goodpart.server.users.passwords import Passwords
from goodpart.server.users.schemas import SiteOut
from goodpart.server.users.service import Users
from goodpart.web.live import LiveRing

_log = structlog.get_logger(__name__)
DATA_VERSION = 1
_REPLICA_POLL_S = 1.0
_CERTIFICATE_CHECKED_EVERY_S = 3600.0
_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to


@dataclass(frozen=True)
class Server:
    """A server that is built and running its background work; its two listeners are up to `goodpart.server.run`."""

    settings: Settings
    resources: Resources
    authority: Authority
    door: Door
    browser_app: FastAPI
    gateway_app: Starlette
    gateway_tls: SSLContext
    browser_tls: SSLContext | None
    """With a certificate of the own CA; None: supplied by files, or none at all."""

    def announce_gateway_port(self, port: int) -> None:
        """The bound port: join commands name it, or the one that leads to it."""
        hosts = gateway_hosts(self.settings)
        host = f"[{hosts[0]}]" if ":" in hosts[0] else hosts[0]
        self.browser_app.state.gateway_address.url = f"https://{host}:{self.settings.gateway_public_port or port}"

    def begin_to_stop(self) -> None:
        """Answer what waits, so that connections can end."""
        self.door.stopping.set()
        self.resources.live.close()


@asynccontextmanager
async def compose(settings: Settings, clock: Clock, *, with_jobs: bool = True) -> AsyncIterator[Server]:
    """Build everything, bring the database up to date, start background work; stop it at the end.

    Without jobs what is handed over waits for another process.

    Raises a `GoodpartError` that names the cause where the data folder, the database or the keys cannot be used.
    """
    async with AsyncExitStack() as stack:
        open_data_folder(settings.data_dir, version=DATA_VERSION)
        url = database_url(settings)
        if is_sqlite(url):
            stack.enter_context(_only_server_of(settings.data_dir))
        authority = Authority(settings.data_dir / "pki", clock.now())
        database = await stack.enter_async_context(_open_database(url, clock))
        objects = open_objects(settings.objects_url, settings.data_dir / "objects")
        jobs = make_jobs(settings, database, objects, clock)
        live = LiveRing(clock)
        users = _make_users(settings, authority)
        await users.seal_secrets(database)
        resources = Resources(settings, database, objects, authority.signer, jobs, live, users, audit.last_change)
        presence = Presence(clock)
        door = Door(
            database=database,
            authority=authority,
            objects=objects,
            presence=presence,
            image_limit_bytes=settings.image_limit_mb * 1_000_000,
            poll_s=None if is_sqlite(url) else _REPLICA_POLL_S,
        )
        authority.renew_server_certificate(gateway_hosts(settings), clock.now())
        browser_app, gateway_app = make_browser_app(browser_hosts(settings), clock=clock), make_gateway_app()
        browser_app.state.resources = resources
        browser_app.state.presence = presence
        browser_app.state.evidence = ReviewedParts()
        browser_app.state.gateway_address = GatewayAddress("", authority.fingerprint)
        previews: PreviewBoard = MemoryBoard(database.signals) if is_sqlite(url) else SharedBoard(database)
        browser_app.state.previews = gateway_app.state.previews = previews
        gateway_app.state.door = door
        gateway_tls, foreign = authority.listener_context(), ForeignCertificates(database, door.refusals)
        foreign.watch(gateway_tls)
        browser_tls = _own_browser_tls(settings, authority, clock)
        server = Server(settings, resources, authority, door, browser_app, gateway_app, gateway_tls, browser_tls)
        stack.push_async_callback(jobs.close)
        if with_jobs:
            with _naming_the_jobs_database(settings):
                await jobs.start(work_here=settings.embedded_workers)
        if is_sqlite(url):
            database.signals.listen_public(lambda signal: live.append(signal.topic, signal.payload, signal.places))
        else:
            await stack.enter_async_context(relaying(database.engine, live))
        _run_beside(
            stack,
            RolloutFollower(database).run(),
            Recomputer(database).run(),
            GatewayAnnouncer(database, presence).run(),
            _keep_certificate(server, clock),
            users.uses.keep_writing(database),
            foreign.run(),
        )
        yield server


def _run_beside(stack: AsyncExitStack, *background: Coroutine[Any, Any, None]) -> None:
    for each in background:
        task = asyncio.create_task(each)
        task.add_done_callback(_tell_of_end)
        stack.push_async_callback(_stopped, task)


def _make_users(settings: Settings, authority: Authority) -> Users:
    return Users(
        Passwords(),
        authority.seal,
        timedelta(hours=settings.session_hours),
        find_site=_find_site,
        places_below=places.below,
        place_paths=places.paths,
    )


def _own_browser_tls(settings: Settings, authority: Authority, clock: Clock) -> SSLContext | None:
    if not settings.tls_own_ca:
        return None
    authority.renew_server_certificate(sorted(browser_hosts(settings)), clock.now(), BROWSERS)
    return authority.browser_context()


@asynccontextmanager
async def working(settings: Settings, clock: Clock) -> AsyncIterator[Jobs]:
    """Jobs alone, beside a server that has brought the database up to date."""
    async with AsyncExitStack() as stack:
        open_data_folder(settings.data_dir, version=DATA_VERSION)
        database = await stack.enter_async_context(_open_database(database_url(settings), clock))
        jobs = make_jobs(settings, database, open_objects(settings.objects_url, settings.data_dir / "objects"), clock)
        stack.push_async_callback(jobs.close)
        with _naming_the_jobs_database(settings):
            await jobs.start()
        yield jobs


def make_jobs(settings: Settings, database: Database, objects: Objects, clock: Clock) -> Jobs:
    """Every kind of job, for the server and for `goodpart worker`."""
    jobs_url = _jobs_url(settings)
    trainer = Trainer(
        database,
        objects,
        settings.data_dir / "training",
        clock,
        backbone=settings.training_backbone,
        backbones_dir=settings.backbones_dir,
        features_dir=settings.data_dir / "features",
    )
    return Jobs(database, jobs_url, [trainer.kind()], slots=settings.worker_slots)


def _jobs_url(settings: Settings) -> str:
    return settings.database_url or f"sqlite:///{settings.data_dir / 'jobs.db'}"


@contextmanager
def _naming_the_jobs_database(settings: Settings) -> Iterator[None]:
    """Raises `DatabaseUnusableError` in place of what a database says that cannot be opened or written."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise database_unusable(sa.make_url(_jobs_url(settings)), error) from error


def database_url(settings: Settings) -> str:
    return settings.database_url or sqlite_url(settings.data_dir / "goodpart.db")


def gateway_hosts(settings: Settings) -> list[str]:
    """What the gateway listener's certificate names; the first one is what join commands name."""
    if settings.gateway_hosts:
        return list(settings.gateway_hosts)
    return [socket.gethostname()] if settings.gateway_host in _ANY_ADDRESS else [settings.gateway_host]


def browser_hosts(settings: Settings) -> set[str]:
    hosts = {settings.host, "localhost", "127.0.0.1", "::1", *settings.allowed_hosts}
    if settings.host in _ANY_ADDRESS:
        hosts.add(socket.gethostname())
    if settings.public_url:
        hosts.add(urlsplit(settings.public_url).hostname or "")
    return hosts


@asynccontextmanager
async def _open_database(url: str, clock: Clock) -> AsyncIterator[Database]:
    database = Database(open_engine(url), clock, Signals())
    try:
        await upgrade(database.engine)
        yield database
    finally:
        await database.close()


@contextmanager
def _only_server_of(folder: Path) -> Iterator[None]:
    """SQLite and its jobs belong to one server at a time."""
    with ExitStack() as stack:
        handle = os.open(folder / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
        stack.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DataFolderError(
                f"Another Goodpart server is using the data folder {folder}.",
                "Stop it, or name another folder in GOODPART_DATA_DIR.",
            ) from error
        yield


async def _find_site(work: Work) -> SiteOut | None:
    site = await places.first_site(work)
    return SiteOut(id=site.id, name=site.name, timezone=site.timezone or "UTC") if site else None


async def _keep_certificate(server: Server, clock: Clock) -> None:
    """Renew the listeners' certificates of the own CA in time; new connections get the new ones."""
    authority, settings = server.authority, server.settings
    while True:
        await asyncio.sleep(_CERTIFICATE_CHECKED_EVERY_S)
        if authority.renew_server_certificate(gateway_hosts(settings), clock.now()):
            authority.load_server_certificate(server.gateway_tls)
        own = server.browser_tls
        if own and authority.renew_server_certificate(sorted(browser_hosts(settings)), clock.now(), BROWSERS):
            authority.load_server_certificate(own, BROWSERS)


def _tell_of_end(task: "asyncio.Task[None]") -> None:
    """Work in the background ends with the server; where it ends before, somebody has to know."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.critical("work in the background has ended; restart the server", exc_info=error)


async def _stopped(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait({task})
