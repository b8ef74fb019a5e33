"""Programs use API tokens: some of their maker's permissions, for a time, until revoked."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.kit.roles import Permission
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import ORIGIN, PASSWORD
from tests.integration.server.users.people import actions, invite

SITE = {"kind": "site", "name": "Ulm"}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def program(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    """Sends neither a cookie nor the header that browsers send."""
    transport = httpx.ASGITransport(server.browser_app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        yield client


async def made(browser: httpx.AsyncClient, clock: SteppingClock, *scopes: str, days: float = 1) -> dict[str, Any]:
    body = {
        "password": PASSWORD,
        "name": "MES",
        "scopes": scopes,
        "expires_at": (clock.now() + timedelta(days=days)).isoformat(),
    }
    answer = await browser.post("/api/account/tokens", json=body)
    assert answer.status_code == 201, answer.text
    token: dict[str, Any] = answer.json()
    return token


def hold(program: httpx.AsyncClient, token: dict[str, Any]) -> None:
    program.headers["Authorization"] = f"Bearer {token['secret']}"


async def test_a_token_may_what_its_scopes_say_and_needs_no_cookie(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, clock: SteppingClock
) -> None:
    hold(program, await made(browser, clock, "view", "configure"))

    assert (await program.post("/api/places", json=SITE)).status_code == 201
    assert (await program.get("/api/places")).status_code == 200

    for method, path in (
        ("GET", "/api/audit"),
        ("GET", "/api/users"),
        ("GET", "/api/session"),
        ("GET", "/api/account"),
    ):
        answer = await program.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path
    audit = (await browser.get("/api/audit")).json()["items"]
    assert audit[0]["actor"] == "Ada (MES)"


async def test_a_token_is_shown_once_and_listed_with_its_last_use(
    server: Server, browser: httpx.AsyncClient, program: httpx.AsyncClient, clock: SteppingClock
) -> None:
    token = await made(browser, clock, "view")
    clock.advance(90)
    hold(program, token)
    await program.get("/api/places")
    users = server.resources.authenticator
    await users.uses.write(server.resources.database)  # type: ignore[attr-defined]  # `Users`, as composed

    listed = await browser.get("/api/account/tokens")

    assert token["secret"].startswith("gp_")
    assert token["secret"] not in listed.text
    (one,) = listed.json()["items"]
    assert one["last_used_at"] == clock.now().isoformat().replace("+00:00", "Z")
    assert one["scopes"] == ["view"]


async def test_a_token_ends_when_it_is_revoked_or_over_or_its_user_is(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, clock: SteppingClock
) -> None:
    first, second = await made(browser, clock, "view"), await made(browser, clock, "view", days=0.1)
    hold(program, first)
    assert (await browser.delete(f"/api/account/tokens/{first['id']}")).status_code == 204
    assert (await program.get("/api/places")).status_code == 401
    assert (await browser.delete(f"/api/account/tokens/{first['id']}")).status_code == 404

    hold(program, second)
    assert (await program.get("/api/places")).status_code == 200
    clock.advance(0.1 * 24 * 3600)
    assert (await program.get("/api/places")).status_code == 401
    assert {"token.made", "token.revoked"} <= set(await actions(browser))


async def test_what_the_description_keeps_to_sessions_is_closed_to_tokens(
    server: Server, browser: httpx.AsyncClient, program: httpx.AsyncClient, clock: SteppingClock
) -> None:
    hold(program, await made(browser, clock, *(scope for scope in Permission if scope is not Permission.ACCOUNT)))
    closed, open_to_tokens = set(), set()
    for path, methods in server.browser_app.openapi()["paths"].items():
        for method, operation in methods.items():
            ways = {way for each in operation.get("security", ()) for way in each}
            if ways == {"session"}:
                closed.add(path)
                assert "Not for API tokens" in operation["description"]
                answer = await program.request(method, path.format(session="x", token="x"), json={})
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
            elif ways:
                open_to_tokens.add(path)
                assert set(operation["security"][1]["token"]) <= set(Permission) - {Permission.ACCOUNT}

    assert {"/api/account/tokens", "/api/session/links", "/api/session"} <= closed
    assert not closed & open_to_tokens


async def test_an_admin_revokes_the_tokens_of_others(
    browser: httpx.AsyncClient, program: httpx.AsyncClient, clock: SteppingClock
) -> None:
    token = await made(browser, clock, "view")
    hold(program, token)
    me = (await browser.get("/api/session")).json()["user"]["id"]
    eve = await invite(browser)
    assert (await browser.delete(f"/api/users/{eve['id']}/tokens/{token['id']}")).status_code == 404
    assert [one["id"] for one in (await browser.get(f"/api/users/{me}/tokens")).json()["items"]] == [token["id"]]

    assert (await browser.delete(f"/api/users/{me}/tokens/{token['id']}")).status_code == 204

    assert (await program.get("/api/places")).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["account"]},
        {"scopes": ["everything"]},
        {"expires_at": "2026-11-01T00:00:00Z"},
        {"expires_at": "2028-11-01T00:00:00Z"},
        {"expires_at": "2026-12-01T00:00:00"},
        {"name": ""},
        {"password": "guessed wrongly"},
    ],
)
async def test_a_token_that_cannot_be_is_refused(
    browser: httpx.AsyncClient, clock: SteppingClock, change: dict[str, Any]
) -> None:
    body = {"password": PASSWORD, "name": "MES", "scopes": ["view"], "expires_at": "2026-12-01T00:00:00Z", **change}

    assert (await browser.post("/api/account/tokens", json=body)).status_code == 422
    assert (await browser.get("/api/account/tokens")).json()["items"] == []


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer forged", "Basic QWRhOnBhc3N3b3Jk", "gp_x"])
async def test_where_something_else_is_shown_the_cookie_does_not_count(
    browser: httpx.AsyncClient, authorization: str
) -> None:
    del browser.headers["X-Goodpart"]
    browser.headers["Authorization"] = authorization

    assert (await browser.get("/api/places")).status_code == 401
    assert (await browser.post("/api/places", json=SITE)).status_code == 401
