"""What every endpoint has in common: nobody unknown gets in, nothing foreign gets through, errors are problems."""

import asyncio
import errno
import gzip
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from goodpart.server.api import make_browser_app
from goodpart.server.compose import Server
from goodpart.server.kit.permissions import PermissionCheck
from goodpart.web.assets import NONCE_MARK, Interface
from tests.integration.server.conftest import Served

OPEN = {
    ("POST", "/api/session"),
    ("POST", "/api/session/first-run"),
    ("POST", "/api/session/redeem"),
    ("POST", "/api/session/password"),
    ("GET", "/healthz"),
}


@pytest.fixture
def database_kind() -> str:
    """What is refused here is refused before a statement reaches a database, so one kind stands for both."""
    return "sqlite"


def _checks(dependant: Dependant) -> Iterator[PermissionCheck]:
    if isinstance(dependant.call, PermissionCheck):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _checks(inner)


def test_every_endpoint_names_a_permission() -> None:
    routes = [
        found for found in iter_route_contexts(make_browser_app({"localhost"}).routes) if hasattr(found, "dependant")
    ]
    unguarded = {
        (method, route.path) for route in routes for method in route.methods or () if not [*_checks(route.dependant)]
    }

    assert unguarded == OPEN
    assert len(routes) > 40


async def test_no_page_of_data_is_open_to_strangers(server: Server, stranger: httpx.AsyncClient) -> None:
    document = server.browser_app.openapi()
    for path, methods in document["paths"].items():
        for method in methods:
            if (method.upper(), path) not in OPEN:
                answer = await stranger.request(method.upper(), path.replace("{", "").replace("}", ""), json={})
                assert answer.status_code == 401, (method, path, answer.text)


async def test_the_interface_description_is_for_those_signed_in(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    assert (await stranger.get("/api/openapi.json")).status_code == 401
    assert (await browser.get("/api/openapi.json")).json()["info"]["title"] == "Goodpart"


async def test_a_change_without_our_header_is_refused(browser: httpx.AsyncClient) -> None:
    del browser.headers["X-Goodpart"]

    answer = await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})

    assert (answer.status_code, answer.json()["code"]) == (403, "header_missing")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "null"])
async def test_a_change_from_another_site_is_refused(browser: httpx.AsyncClient, origin: str) -> None:
    answer = await browser.post("/api/places", json={"kind": "site", "name": "Ulm"}, headers={"Origin": origin})

    assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign")


async def test_a_change_from_our_own_pages_is_taken(browser: httpx.AsyncClient) -> None:
    own = {"Origin": "http://127.0.0.1:8080"}

    assert (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"}, headers=own)).status_code == 201


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost:80:80"])
async def test_a_name_that_is_not_ours_is_refused(stranger: httpx.AsyncClient, host: str) -> None:
    answer = await stranger.get("/healthz", headers={"Host": host})

    assert (answer.status_code, answer.json()["code"]) == (400, "host_unknown")


async def test_no_secret_is_in_an_answer_that_is_compressed(browser: httpx.AsyncClient) -> None:
    """Its length could tell of it. Fields of these names hold what signs somebody or a gateway in."""
    described = await browser.get("/api/openapi.json")
    assert described.headers["content-encoding"] == "gzip"
    document = described.json()
    named = {"secret", "codes", "command", "path"}

    told = {
        (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for code, answer in operation["responses"].items()
        if code < "3" and named & set(_fields(document, answer))
    }

    assert {("post", "/api/account/tokens"), ("post", "/api/gateways/{gateway}/claim-codes")} <= told
    assert "get" not in {method for method, _ in told}


def _fields(document: dict[str, Any], described: object) -> Iterator[str]:
    """The names of all fields of what is described, however deep."""
    if isinstance(described, list):
        for each in described:
            yield from _fields(document, each)
    elif isinstance(described, dict):
        yield from described.get("properties", {})
        for name, each in described.items():
            schemas = document["components"]["schemas"]
            yield from _fields(document, schemas[each.rsplit("/", 1)[1]] if name == "$ref" else each)


async def test_every_answer_carries_the_security_headers(browser: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/api/places", "/api/nothing", "/"):
        headers = (await browser.get(path)).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert (await browser.get("/api/places")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "/api/nothing", b"", 404),
        ("DELETE", "/api/places", b"", 405),
        ("POST", "/api/places", b"no json", 422),
        ("POST", "/api/places", b'{"kind": "moon", "name": "x"}', 422),
        ("GET", "/api/places/x/calendar", b"", 404),
        ("GET", "/api/audit?limit=0", b"", 422),
        ("GET", "/api/audit?cursor=%F0%9F%92%A9", b"", 422),
        ("GET", "/api/audit?cursor=WzEsMl0", b"", 422),
        ("GET", "/api/alarms?state=gone", b"", 422),
    ],
)
async def test_every_error_is_a_problem_with_a_cause(
    browser: httpx.AsyncClient, method: str, path: str, content: bytes, status: int
) -> None:
    answer = await browser.request(method, path, content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) - {"errors"} == {"type", "title", "status", "code", "detail", "remedy", "values"}
    assert told["detail"]
    assert ("errors" in told) == (told["code"] == "request_invalid")


async def test_each_field_that_is_wrong_is_named(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/part-numbers", json={"number": "", "ideal_cycle_ms": "soon"})

    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [
        ("body.number", "string_too_short"),
        ("body.ideal_cycle_ms", "int_parsing"),
    ]


async def test_what_nobody_foresaw_is_an_incident_without_details(
    server: Server, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("goodpart.server.places.service.list_all", broken)

    answer = await browser.get("/api/places")

    assert (answer.status_code, answer.json()["code"]) == (500, "incident")
    assert "secret" not in answer.text
    incident = answer.json()["detail"].split()[-1].rstrip(".")
    assert incident in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [(errno.ENOSPC, 507, "storage_full"), (errno.EROFS, 503, "storage_read_only")],
)
async def test_a_disk_that_takes_no_more_is_told_as_such(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, number: int, status: int, code: str
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr("goodpart.server.places.service.create", fails)

    answer = await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


class TestInterface:
    @pytest.fixture
    def built(self, tmp_path: Path) -> Path:
        (tmp_path / "assets").mkdir()
        (tmp_path / "index.html").write_text(f'<meta name="csp-nonce" content="{NONCE_MARK}">')
        (tmp_path / "assets" / "index-4f3a.js").write_text("1")
        (tmp_path / "favicon.svg").write_text("<svg/>")
        (tmp_path.parent / "secret.txt").write_text("secret")
        return tmp_path

    def client(self, folder: Path) -> httpx.AsyncClient:
        app = make_browser_app({"localhost"}, Interface(folder))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")

    async def test_a_page_has_the_nonce_of_its_own_policy(self, built: Path) -> None:
        async with self.client(built) as client:
            pages = [await client.get(path) for path in ("/", "/inspections/42", "/index.html")]
        for page in pages:
            nonce = page.text.split('content="')[1].split('"')[0]
            assert f"'nonce-{nonce}'" in page.headers["content-security-policy"]
            assert page.headers["cache-control"] == "no-cache"
        assert len({page.text for page in pages}) == 3

    async def test_hashed_files_are_kept_for_ever_and_others_asked_for(self, built: Path) -> None:
        async with self.client(built) as client:
            assert "immutable" in (await client.get("/assets/index-4f3a.js")).headers["cache-control"]
            assert (await client.get("/favicon.svg")).headers["cache-control"] == "no-cache"
            assert (await client.get("/assets/index-old.js")).status_code == 404

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [("gzip, deflate, br", "gzip"), ("br;q=1.0, gzip;q=0.2", "gzip"), ("br", None), ("gzip;q=0", None), ("", None)],
    )
    async def test_a_hashed_file_comes_compressed_where_the_browser_takes_it(
        self, built: Path, accepted: str, coding: str | None
    ) -> None:
        script = "let parts = 0;" * 100
        (built / "assets" / "live-9c21.js").write_text(script)
        (built / "assets" / "live-9c21.js.gz").write_bytes(gzip.compress(script.encode()))
        async with self.client(built) as client:
            answer = await client.get("/assets/live-9c21.js", headers={"Accept-Encoding": accepted})
        assert answer.text == script
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]

    @pytest.mark.parametrize("path", ["/%2e%2e/secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "//etc/passwd"])
    async def test_nothing_outside_the_folder_is_served(self, built: Path, path: str) -> None:
        async with self.client(built) as client:
            answer = await client.get(path)
        assert answer.text != "secret"
        assert "root:" not in answer.text

    async def test_a_missing_interface_names_the_command(self, tmp_path: Path) -> None:
        async with self.client(tmp_path / "nothing") as client:
            answer = await client.get("/")
        assert answer.status_code == 503
        assert "make install" in answer.text


async def test_requests_at_once_do_not_wait_for_each_other_for_ever(browser: httpx.AsyncClient) -> None:
    bodies = [{"number": str(number), "name": "x"} for number in range(30)]

    answers = await asyncio.gather(*(browser.post("/api/part-numbers", json=body) for body in bodies))

    assert {answer.status_code for answer in answers} == {201}
    assert len((await browser.get("/api/part-numbers")).json()["items"]) == 30


@pytest.mark.parametrize("path", ["/api/places/a%00b/calendar", "/api/inspections/a%00b", "/api/users/a%00b"])
async def test_an_id_that_no_database_holds_is_no_incident(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).status_code in {404, 422}


async def test_ten_megabytes_of_headers_are_refused_and_the_server_goes_on(served: Served) -> None:
    address = urlsplit(served.addresses.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
    with suppress(ConnectionError):
        for _ in range(160):
            writer.write(b"x" * 65536)
            await writer.drain()
    with suppress(ConnectionError):
        assert b" 400 " in (await reader.readline() or b" 400 ")
    writer.close()

    assert (await served.browser.get("/healthz")).status_code == 200
