"""Nobody gets in without an account; the first account takes the link that the server printed."""

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.kit.roles import Permission
from goodpart.server.users import service as users
from goodpart.web.cookies import COOKIE, Credential
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import NAME, PASSWORD

GOOD = {"name": NAME, "password": PASSWORD}


async def first_run_token(server: Server) -> str | None:
    async with server.resources.database.work() as work:
        return await users.make_first_run_link(work)


async def test_the_first_run_link_makes_one_administrator(server: Server, stranger: httpx.AsyncClient) -> None:
    token = await first_run_token(server)

    made = await stranger.post("/api/session/first-run", json={"token": token, **GOOD})

    assert made.status_code == 201
    assert made.json()["user"]["grants"] == [
        {"role": "admin", "place": None, "permissions": [permission.value for permission in Permission]}
    ]
    assert made.json()["site"] is None
    cookie = made.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    again = await stranger.post("/api/session/first-run", json={"token": token, "name": "Eve", "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (410, "link_no_longer_valid")
    assert await first_run_token(server) is None


async def test_a_new_start_voids_the_link_of_the_one_before(server: Server, stranger: httpx.AsyncClient) -> None:
    first = await first_run_token(server)
    second = await first_run_token(server)

    assert (await stranger.post("/api/session/first-run", json={"token": first, **GOOD})).status_code == 410
    assert (await stranger.post("/api/session/first-run", json={"token": second, **GOOD})).status_code == 201


async def test_no_password_is_looked_at_without_the_first_run_link(server: Server, stranger: httpx.AsyncClient) -> None:
    await first_run_token(server)

    refused = await stranger.post("/api/session/first-run", json={"token": "x", "name": NAME, "password": "short"})

    assert (refused.status_code, refused.json()["code"]) == (410, "link_no_longer_valid")


async def test_a_short_password_does_not_use_up_the_link(server: Server, stranger: httpx.AsyncClient) -> None:
    token = await first_run_token(server)

    refused = await stranger.post("/api/session/first-run", json={"token": token, "name": NAME, "password": "short"})

    assert (refused.status_code, refused.json()["code"]) == (422, "password_too_short")
    assert (await stranger.post("/api/session/first-run", json={"token": token, **GOOD})).status_code == 201


@pytest.mark.parametrize("body", [{"name": NAME, "password": "wrong wrong"}, {"name": "Eve", "password": PASSWORD}])
async def test_it_is_not_told_whether_name_or_password_is_wrong(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient, body: dict[str, str]
) -> None:
    answer = await stranger.post("/api/session", json=body)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    assert answer.json()["detail"] == "The name or the password is wrong."
    audit = (await browser.get("/api/audit")).json()["items"]
    assert [item["action"] for item in audit].count("session.refused") == 1
    assert PASSWORD not in str(audit)


async def test_a_session_ends_when_signed_out(browser: httpx.AsyncClient) -> None:
    token = browser.cookies[COOKIE]
    assert (await browser.get("/api/session")).json()["user"]["name"] == NAME

    assert (await browser.delete("/api/session")).status_code == 204

    browser.cookies.set(COOKIE, token)
    answer = await browser.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_session_ends_after_its_time(browser: httpx.AsyncClient, clock: SteppingClock) -> None:
    clock.advance(12 * 3600 - 1)
    assert (await browser.get("/api/session")).status_code == 200

    clock.advance(1)

    assert (await browser.get("/api/session")).status_code == 401


async def test_a_link_signs_another_browser_in_once(browser: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    made = (await browser.post("/api/session/links")).json()
    token = made["path"].removeprefix("/sign-in#")

    assert (await stranger.post("/api/session/redeem", json={"token": token})).status_code == 201

    assert (await stranger.get("/api/session")).json()["user"]["name"] == NAME
    assert (await stranger.post("/api/session/redeem", json={"token": token})).status_code == 410


async def test_a_link_lasts_ten_minutes(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SteppingClock
) -> None:
    token = (await browser.post("/api/session/links")).json()["path"].removeprefix("/sign-in#")
    clock.advance(600)

    assert (await stranger.post("/api/session/redeem", json={"token": token})).status_code == 410


async def test_the_database_holds_no_token(browser: httpx.AsyncClient, server: Server) -> None:
    token = browser.cookies[COOKIE]
    async with server.resources.database.work(read_only=True) as work:
        assert await server.resources.authenticator.authenticate(work, Credential(token, is_token=False)) is not None
        raw = await work.session.connection()
        rows = (await raw.exec_driver_sql("SELECT token_hash FROM sessions")).scalars().all()
    assert token not in rows
