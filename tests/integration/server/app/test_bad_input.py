"""What people and programs send that no plant would say: it is kept as it is, or refused; nothing breaks.

Bodies are made from the description of the API, so that a new field is tried without a line more here.
"""

import copy
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from goodpart.server.api import make_browser_app
from goodpart.server.compose import Server
from goodpart.server.kit.roles import Grant, Role
from goodpart.web.cookies import COOKIE
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import KINDS, NAME, PASSWORD, UNSEEN, make_first_account
from tests.integration.server.permissions.site import Site, add_person, build_site, call
from tests.integration.server.users.people import seat

DOCUMENT: dict[str, Any] = make_browser_app({"localhost"}).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
TEXTS = {
    "sql": "x'); DROP TABLE users; --",
    "script": '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "nul": "a\0b",
    "right-to-left": "A-100\u202egnp.exe",
    "emoji": "👷🏽‍♀️ Größe Ω 𝒳",
    "template": "{{7*7}} ${7*7} %s %n",
    "controls": "a\r\nSet-Cookie: x=y\x1b[2J",
}
UNENCODABLE = b'"\\ud800"'
HUGE = "x" * 10_000_000
_OF_THE_ENTERPRISE = ("/api/users", "/api/account")
_AT_NO_PLACE = {"part"}
"""A part number is the enterprise's; what a place says of it is elsewhere."""
CREDENTIALS = {"/api/session", "/api/account"}
"""Their texts are passwords and codes, which are never told back."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rsplit("/", 1)[-1]]
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return _resolved(option)
    return schema


def _fields(schema: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a body of this schema has a text of free words."""
    schema = _resolved(schema)
    if schema.get("type") == "string" and not {"enum", "const", "format"} & set(schema):
        yield path
    for name, one in schema.get("properties", {}).items():
        yield from _fields(one, (*path, name))
    if schema.get("type") == "array":
        yield from _fields(schema.get("items", {}), (*path, 0))


def _bodies() -> list[Any]:
    found = []
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            fields = [*_fields(content["schema"])] if content else []
            if fields:
                found.append((method.upper(), path, content["example"], fields))
    return found


BODIES = _bodies()


def _with(body: Any, field: tuple[str | int, ...], text: object) -> Any:
    changed = copy.deepcopy(body)
    inner = changed
    for step in field[:-1]:
        inner = inner[step]
    inner[field[-1]] = text
    return changed


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """SQLite, but for tests of what the databases take differently."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
async def ulm(server: Server) -> Site:
    return await build_site(server, "Ulm", 10)


def _base(method: str, path: str, example: Any, site: Site) -> tuple[str, Any]:
    """The address, and a body that the server would take but for a field."""
    address, arguments = call(method, path, site)
    fitting = arguments.get("json")
    return address, {**example, **fitting} if isinstance(fitting, dict) else fitting or example


def test_the_bodies_have_many_fields() -> None:
    assert sum(len(fields) for *_, fields in BODIES) > 30


@pytest.mark.parametrize("database_kind", KINDS, indirect=True)
async def test_any_text_in_any_field_is_kept_as_it_is_or_refused(browser: httpx.AsyncClient, ulm: Site) -> None:
    for method, path, example, fields in BODIES:
        for field in fields:
            for name, text in TEXTS.items():
                address, body = _base(method, path, example, ulm)
                answer = await browser.request(method, address, json=_with(body, field, text), headers=UNSEEN)
                what = (method, path, field, name, answer.status_code, answer.text[:300])
                assert answer.status_code < 500, what
                if answer.is_success and path not in CREDENTIALS and field[-1] in answer.json():
                    assert answer.json()[field[-1]] in {text, text.strip()}, what


async def test_half_a_character_and_ten_megabytes_are_refused(browser: httpx.AsyncClient, ulm: Site) -> None:
    for method, path, example, fields in BODIES:
        address, body = _base(method, path, example, ulm)
        with_mark = browser.build_request(method, address, json=_with(body, fields[0], "HALF")).content
        halved = with_mark.replace(b'"HALF"', UNENCODABLE)
        headers = {"Content-Type": "application/json", **UNSEEN}
        answer = await browser.request(method, address, content=halved, headers=headers)
        assert answer.status_code in {409, 422}, (method, path, answer.text[:300])
    for path in ("/api/places", "/api/session"):
        answer = await browser.post(path, json={"kind": "site", "name": HUGE, "password": HUGE})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_body_of_nothing_but_brackets_is_refused(browser: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    for body in (b"[" * 1_000_000, b'{"kind": "site", "name": ' + b"[" * 100_000):
        refused = await browser.post("/api/places", content=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("kind", ["image/png", "text/csv", "application/octet-stream"])
async def test_no_word_about_a_body_makes_the_server_take_more_of_it(stranger: httpx.AsyncClient, kind: str) -> None:
    for path in ("/api/session", "/api/places", "/api/datasets/x/images/y", "/api/users/import/more"):
        answer = await stranger.post(path, content=b"x" * 4_000_001, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large"), path


async def test_any_text_in_a_search_finds_nothing_and_breaks_nothing(browser: httpx.AsyncClient, ulm: Site) -> None:
    for path, methods in DOCUMENT["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] == "query" and "{" not in path:
                for text in (*TEXTS.values(), "9" * 40, "-1", "2026-13-45T99:00Z", "x" * 5000):
                    answer = await browser.get(path, params={parameter["name"]: text})
                    assert answer.status_code < 500, (path, parameter["name"], text[:40], answer.text[:200])


async def test_a_value_of_another_kind_is_refused_or_taken_for_what_it_is(
    browser: httpx.AsyncClient, ulm: Site
) -> None:
    for method, path, example, _ in BODIES:
        address, body = _base(method, path, example, ulm)
        others: tuple[Any, ...] = (None, -1, 10**30, True, [], {}, "NaN")
        for value in others:
            wrong = [_with(body, (name,), value) for name in body] if isinstance(body, dict) else []
            for one in (*wrong, value):
                answer = await browser.request(method, address, json=one, headers=UNSEEN)
                assert answer.status_code < 500, (method, path, one, answer.text[:300])


async def test_a_cursor_that_was_made_up_is_refused(browser: httpx.AsyncClient) -> None:
    for cursor in ("x", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMF0", "WyJhXHUwMDAwYiJd", "bnVsbA", "e30", "WyJcdWQ4MDAiXQ"):
        for path in ("/api/audit", "/api/alarms", "/api/inspections", "/api/rollouts"):
            answer = await browser.get(path, params={"cursor": cursor})
            assert (answer.status_code, answer.json()["code"]) == (422, "cursor_unreadable"), (path, cursor)


class TestSessions:
    """Credentials that are not what they were."""

    async def test_a_cookie_is_worth_nothing_after_its_session(self, browser: httpx.AsyncClient) -> None:
        copied = browser.cookies[COOKIE]
        await browser.delete("/api/session")

        replayed = await browser.get("/api/places", headers={"Cookie": f"{COOKIE}={copied}"})

        assert (replayed.status_code, replayed.json()["code"]) == (401, "not_signed_in")

    async def test_an_altered_cookie_is_nobodys(self, browser: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
        real = browser.cookies[COOKIE]
        last = "A" if real[-1] != "A" else "B"
        for forged in (real[:-1] + last, real[:-1], real + "A", real.swapcase(), "", "x" * 5000, f'"{real}x"'):
            answer = await stranger.get("/api/places", headers={"Cookie": f"{COOKIE}={forged}"})
            assert answer.status_code == 401, forged[:80]

    async def test_who_signs_in_gets_a_new_session_whatever_the_browser_brought(self, server: Server) -> None:
        async with seat(server) as planted:
            planted.headers["Cookie"] = f"{COOKIE}=known-to-somebody-else"
            async with seat(server) as first:
                await make_first_account(server, first)
            signed_in = await planted.post("/api/session", json={"name": NAME, "password": PASSWORD})
            assert signed_in.status_code == 201
            assert COOKIE in signed_in.cookies
            assert signed_in.cookies[COOKIE] != "known-to-somebody-else"
            assert (await planted.get("/api/session")).status_code == 401

    async def test_the_cookie_and_a_token_end_with_their_time(
        self, browser: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SteppingClock
    ) -> None:
        body = {"password": PASSWORD, "name": "MES", "scopes": ["view"], "expires_at": "2026-11-02T07:00:00Z"}
        secret = (await browser.post("/api/account/tokens", json=body)).json()["secret"]
        bearer = {"Authorization": f"Bearer {secret}"}
        assert (await stranger.get("/api/places", headers=bearer)).status_code == 200

        clock.advance(3601)

        assert (await stranger.get("/api/places", headers=bearer)).status_code == 401


async def test_things_elsewhere_are_answered_as_things_that_never_were(server: Server, ulm: Site) -> None:
    """To the letter, but for the id that was asked for."""
    linz = await build_site(server, "Linz", 20)
    token = await add_person(server, "Engineer of Linz", Grant(Role.ADMIN, linz.ids["place"]))
    never = "019a0000-0000-7000-8000-000000000000"
    async with seat(server) as client:
        client.headers.update({"Cookie": f"{COOKIE}={token}", **UNSEEN})
        for path, methods in DOCUMENT["paths"].items():
            names = [part[1:-1] for part in path.split("/") if part.startswith("{") and part[1:-1] not in _AT_NO_PLACE]
            if not names or path.startswith(_OF_THE_ENTERPRISE):
                continue
            for method in methods:
                foreign, arguments = call(method.upper(), path, ulm)
                unknown, _ = call(method.upper(), path, Site({**ulm.ids, **dict.fromkeys(names, never)}))
                answers = []
                for address in (foreign, unknown):
                    answer = await client.request(method.upper(), address, **arguments)
                    told = answer.text
                    for name in names:
                        told = told.replace(ulm.ids[name], never)
                    answers.append((answer.status_code, told))
                assert answers[0] == answers[1], (method, path)
                assert answers[0][0] == 404, (method, path, answers[0])
