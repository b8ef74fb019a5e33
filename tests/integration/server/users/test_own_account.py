"""Everybody keeps their own account: password, second factor, sessions."""

from collections.abc import AsyncIterator

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.users import attempts, totp
from goodpart.web.cookies import COOKIE
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import NAME, PASSWORD
from tests.integration.server.users.people import actions, seat

NEW = "a different long one"
SIGN_IN = {"name": NAME, "password": PASSWORD}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with seat(server) as client:
        yield client


def code_now(secret: str, clock: SteppingClock) -> str:
    return totp.code_at(secret, int(clock.now().timestamp()) // totp.STEP_S)


async def secured(browser: httpx.AsyncClient, clock: SteppingClock) -> tuple[str, list[str]]:
    """The secret of a second factor, and its recovery codes."""
    secret = (await browser.post("/api/account/second-factor/proposals")).json()["secret"]
    body = {"password": PASSWORD, "secret": secret, "code": code_now(secret, clock)}
    answer = await browser.put("/api/account/second-factor", json=body)
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["codes"]


async def test_a_new_password_signs_out_everywhere_else(browser: httpx.AsyncClient, desk: httpx.AsyncClient) -> None:
    await desk.post("/api/session", json=SIGN_IN)
    link = (await browser.post("/api/session/links")).json()["path"].removeprefix("/sign-in#")
    me = (await browser.get("/api/session")).json()["user"]["id"]
    other = (await browser.post(f"/api/users/{me}/password-links", json={})).json()["path"].partition("#")[2]

    changed = await browser.put("/api/account/password", json={"password": PASSWORD, "new": NEW})

    assert changed.status_code == 204
    assert (await browser.get("/api/session")).status_code == 200
    assert (await desk.get("/api/session")).status_code == 401
    assert (await desk.post("/api/session/redeem", json={"token": link})).status_code == 410
    chosen = await desk.post("/api/session/password", json={"token": other, "password": "a third long one"})
    assert chosen.status_code == 410
    assert (await desk.post("/api/session", json=SIGN_IN)).status_code == 401
    assert (await desk.post("/api/session", json={"name": NAME, "password": NEW})).status_code == 201


async def test_who_does_not_know_the_password_does_not_change_it(browser: httpx.AsyncClient) -> None:
    wrong = await browser.put("/api/account/password", json={"password": "guessed wrongly", "new": NEW})
    weak = await browser.put("/api/account/password", json={"password": PASSWORD, "new": "short"})

    assert (wrong.status_code, wrong.json()["code"]) == (422, "password_wrong")
    assert (weak.status_code, weak.json()["code"]) == (422, "password_too_short")


async def test_a_second_factor_is_asked_for_and_each_code_counts_once(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    secret, _ = await secured(browser, clock)
    assert (await browser.get("/api/account")).json() == {
        "name": NAME,
        "second_factor": True,
        "recovery_codes_left": totp.RECOVERY_CODES,
    }

    without = await desk.post("/api/session", json=SIGN_IN)
    assert (without.status_code, without.json()["code"]) == (401, "second_factor_needed")
    assert COOKIE not in desk.cookies
    used = code_now(secret, clock)
    replayed = await desk.post("/api/session", json={**SIGN_IN, "code": used})
    assert (replayed.status_code, replayed.json()["code"]) == (401, "sign_in_refused")

    clock.advance(30)
    code = code_now(secret, clock)
    assert (await desk.post("/api/session", json={**SIGN_IN, "code": code})).status_code == 201
    assert (await desk.post("/api/session", json={**SIGN_IN, "code": code})).status_code == 401


async def test_a_plant_behind_one_address_signs_in_with_second_factors_all_day(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = attempts.Patience(free=6, longest=attempts.BY_ADDRESS.longest)
    monkeypatch.setattr(attempts, "BY_ADDRESS", patience)
    secret, _ = await secured(browser, clock)

    for _ in range(patience.free + 1):
        clock.advance(totp.STEP_S)
        asked = await desk.post("/api/session", json=SIGN_IN)
        assert asked.json()["code"] == "second_factor_needed"
        entered = await desk.post("/api/session", json={**SIGN_IN, "code": code_now(secret, clock)})
        assert entered.status_code == 201, entered.text


async def test_who_knows_the_password_does_not_guess_codes_for_long(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    await secured(browser, clock)

    codes = ("000000", "", "000001", "", "000002", "")
    answers = [await desk.post("/api/session", json={**SIGN_IN, "code": code}) for code in codes]

    told = [answer.json()["code"] for answer in answers]
    assert told == [*["sign_in_refused", "second_factor_needed"] * 2, "sign_in_refused", "sign_in_delayed"]


async def test_confirming_ones_password_is_no_failure_with_a_second_factor_either(
    browser: httpx.AsyncClient, clock: SteppingClock
) -> None:
    await secured(browser, clock)
    body = {"password": PASSWORD, "scopes": ["view"], "expires_at": "2026-11-03T06:00:00Z"}

    for number in range(attempts.BY_NAME.free + 1):
        made = await browser.post("/api/account/tokens", json={**body, "name": f"Program {number}"})
        assert made.status_code == 201, made.text


async def test_a_recovery_code_works_once(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    _, codes = await secured(browser, clock)

    assert (await desk.post("/api/session", json={**SIGN_IN, "code": codes[0].upper()})).status_code == 201
    assert (await desk.post("/api/session", json={**SIGN_IN, "code": codes[0]})).status_code == 401

    assert (await browser.get("/api/account")).json()["recovery_codes_left"] == totp.RECOVERY_CODES - 1
    assert "user.recovery_code_used" in await actions(browser)


async def test_a_second_factor_needs_password_and_code_to_come_and_the_password_to_go(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    secret = (await browser.post("/api/account/second-factor/proposals")).json()["secret"]
    body = {"password": PASSWORD, "secret": secret, "code": "000000"}
    guessed = await browser.put("/api/account/second-factor", json=body)
    foreign = await browser.put("/api/account/second-factor", json={**body, "secret": "AAAA"})
    assert {(answer.status_code, answer.json()["code"]) for answer in (guessed, foreign)} == {
        (422, "second_factor_wrong")
    }
    await secured(browser, clock)

    kept = await browser.post("/api/account/second-factor/removal", json={"password": "guessed wrongly"})
    assert (kept.status_code, kept.json()["code"]) == (422, "password_wrong")
    assert (await browser.post("/api/account/second-factor/removal", json={"password": PASSWORD})).status_code == 204
    assert (await desk.post("/api/session", json=SIGN_IN)).status_code == 201


async def test_an_admin_takes_a_lost_second_factor_away_with_a_new_password(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    await secured(browser, clock)
    me = (await browser.get("/api/session")).json()["user"]["id"]
    made = await browser.post(f"/api/users/{me}/password-links", json={"without_second_factor": True})

    token = made.json()["path"].removeprefix("/set-password#")
    assert (await desk.post("/api/session/password", json={"token": token, "password": NEW})).status_code == 204

    assert (await desk.post("/api/session", json={"name": NAME, "password": NEW})).status_code == 201
    assert (await browser.get("/api/session")).status_code == 401


async def test_one_sees_and_ends_ones_own_sessions(
    server: Server, browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    clock.advance(60)
    await desk.post("/api/session", json=SIGN_IN)
    clock.advance(60)
    await browser.get("/api/session")
    users = server.resources.authenticator
    await users.uses.write(server.resources.database)  # type: ignore[attr-defined]  # `Users`, as composed
    other, own = (await browser.get("/api/account/sessions")).json()["items"]
    assert (own["current"], other["current"]) == (True, False)
    assert own["last_used_at"] > other["last_used_at"]

    assert (await browser.delete(f"/api/account/sessions/{other['id']}")).status_code == 204

    assert (await desk.get("/api/session")).status_code == 401
    assert len((await browser.get("/api/account/sessions")).json()["items"]) == 1


@pytest.mark.parametrize("token", ["", "x", "' OR '1'='1", "ä" * 50, "0" * 43, "../../etc/passwd"])
async def test_a_forged_session_is_nobodys(desk: httpx.AsyncClient, token: str) -> None:
    answer = await desk.get("/api/session", headers={b"Cookie": f"{COOKIE}={token}".encode()})

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
