"""Administrators make accounts without ever knowing a password, and end them at once."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.users import repository
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import PASSWORD, UNSEEN
from tests.integration.server.users.people import EVES_PASSWORD, actions, invite, seat, take_up

VIEWER = {"role": "viewer", "place": None}
ADMIN = {"role": "admin", "place": None}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with seat(server) as client:
        yield client


async def admin_id(browser: httpx.AsyncClient) -> str:
    return str((await browser.get("/api/session")).json()["user"]["id"])


async def test_an_invited_user_chooses_the_password_once(browser: httpx.AsyncClient, desk: httpx.AsyncClient) -> None:
    eve = await invite(browser, "Eve", VIEWER)
    assert (eve["has_password"], eve["grants"]) == (False, [VIEWER])
    for password in ("", EVES_PASSWORD):
        refused = await desk.post("/api/session", json={"name": "Eve", "password": password})
        assert (refused.status_code, refused.json()["code"]) == (401, "sign_in_refused")

    weak = await desk.post("/api/session/password", json={"token": eve["link"], "password": "evepasswordpassword"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password_guessable")
    await take_up(desk, eve)

    me = (await desk.get("/api/session")).json()["user"]
    assert (me["name"], me["permissions"]) == ("Eve", ["view", "account"])
    again = await desk.post("/api/session/password", json={"token": eve["link"], "password": EVES_PASSWORD})
    assert (again.status_code, again.json()["code"]) == (410, "link_no_longer_valid")
    assert {"user.created", "user.grants_set", "user.password_link_made", "user.password_set"} <= set(
        await actions(browser)
    )


async def test_a_new_password_link_voids_the_one_before_and_ends_in_time(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient, clock: SteppingClock
) -> None:
    eve = await invite(browser)
    second = (await browser.post(f"/api/users/{eve['id']}/password-links", json={})).json()["path"]
    body = {"token": eve["link"], "password": EVES_PASSWORD}
    assert (await desk.post("/api/session/password", json=body)).status_code == 410

    clock.advance(3 * 24 * 3600)
    body["token"] = second.removeprefix("/set-password#")
    assert (await desk.post("/api/session/password", json=body)).status_code == 410


async def test_a_disabled_user_is_out_at_once_and_comes_back_when_enabled(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    eve = await invite(browser, "Eve", VIEWER)
    await take_up(desk, eve)

    disabled = await browser.patch(f"/api/users/{eve['id']}", json={"disabled": True}, headers=UNSEEN)

    assert disabled.json()["disabled_at"] is not None
    assert (await desk.get("/api/session")).status_code == 401
    refused = await desk.post("/api/session", json={"name": "Eve", "password": EVES_PASSWORD})
    assert (refused.status_code, refused.json()["detail"]) == (401, "The name or the password is wrong.")
    await browser.patch(f"/api/users/{eve['id']}", json={"disabled": False}, headers=UNSEEN)
    assert (await desk.post("/api/session", json={"name": "Eve", "password": EVES_PASSWORD})).status_code == 201


async def test_grants_count_from_the_next_request_on(browser: httpx.AsyncClient, desk: httpx.AsyncClient) -> None:
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    eve = await invite(browser)
    await take_up(desk, eve)
    assert (await desk.get("/api/places")).status_code == 403

    changed = await browser.patch(
        f"/api/users/{eve['id']}",
        json={"grants": [{"role": "engineer", "place": site}], "name": "Eva"},
        headers=UNSEEN,
    )

    assert changed.json()["name"] == "Eva"
    assert [place["name"] for place in (await desk.get("/api/places")).json()["items"]] == ["Ulm"]
    said = (await browser.get("/api/audit", params={"action": "user.grants_set"})).json()["items"][0]["detail"]
    assert said == f"Eve: engineer of Ulm ({site})"
    assert (await browser.get(f"/api/users/{eve['id']}")).json() == changed.json()
    assert {user["name"] for user in (await browser.get("/api/users")).json()["items"]} == {"Ada", "Eva"}


@pytest.mark.parametrize("body", [{"disabled": True}, {"grants": []}, {"grants": [VIEWER]}])
async def test_the_last_admin_stays(browser: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await browser.patch(f"/api/users/{await admin_id(browser)}", json=body, headers=UNSEEN)

    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert (await browser.get("/api/users")).status_code == 200


async def test_one_of_two_admins_may_go(browser: httpx.AsyncClient) -> None:
    await invite(browser, "Bob", ADMIN)

    admin = f"/api/users/{await admin_id(browser)}"
    assert (await browser.patch(admin, json={"grants": [VIEWER]}, headers=UNSEEN)).status_code == 200

    assert (await browser.get("/api/users")).status_code == 403


async def test_sessions_are_listed_and_revoked(browser: httpx.AsyncClient, desk: httpx.AsyncClient) -> None:
    eve = await invite(browser, "Eve", VIEWER)
    desk.headers["User-Agent"] = "Tablet at line 3"
    await take_up(desk, eve)
    (session,) = (await browser.get(f"/api/users/{eve['id']}/sessions")).json()["items"]
    assert (session["agent"], session["address"], session["current"]) == ("Tablet at line 3", "127.0.0.1", False)

    assert (await browser.delete(f"/api/users/{eve['id']}/sessions/{session['id']}")).status_code == 204

    assert (await desk.get("/api/session")).status_code == 401
    gone = await browser.delete(f"/api/users/{eve['id']}/sessions/{session['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "session_not_found")


async def test_an_invitation_outlives_signing_out_everywhere_and_ends_with_the_account(
    browser: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    eve, kim = await invite(browser, "Eve", VIEWER), await invite(browser, "Kim", VIEWER)

    assert (await browser.delete(f"/api/users/{eve['id']}/sessions")).status_code == 204
    for disabled in (True, False):
        await browser.patch(f"/api/users/{kim['id']}", json={"disabled": disabled}, headers=UNSEEN)

    await take_up(desk, eve)
    late = await desk.post("/api/session/password", json={"token": kim["link"], "password": EVES_PASSWORD})
    assert (late.status_code, late.json()["code"]) == (410, "link_no_longer_valid")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": ""}, 422, "request_invalid"),
        ({"name": "   "}, 422, "request_invalid"),
        ({"name": "a\x00b"}, 422, "request_invalid"),
        ({"name": "x" * 101}, 422, "request_invalid"),
        ({"name": 7}, 422, "request_invalid"),
        ({"name": "ada"}, 409, "user_name_taken"),
        ({"name": "Bob", "grants": [{"role": "owner"}]}, 422, "request_invalid"),
        ({"name": "Bob", "grants": [{"role": "viewer", "place": "nowhere"}]}, 422, "place_unknown"),
        ({"name": "Bob", "grants": [{"role": "viewer", "place": "' OR 1=1 --"}]}, 422, "place_unknown"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(
    browser: httpx.AsyncClient, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await browser.post("/api/users", json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len((await browser.get("/api/users")).json()["items"]) == 1


async def test_a_name_is_taken_whatever_its_letters(browser: httpx.AsyncClient) -> None:
    for status in (201, 409):
        assert (await browser.post("/api/users", json={"name": "Änne Ölke"})).status_code == status


async def test_who_signs_in_need_not_mind_capitals(browser: httpx.AsyncClient, desk: httpx.AsyncClient) -> None:
    await take_up(desk, await invite(browser, "Eve", VIEWER))

    for name in ("eve", "EVE"):
        signed_in = await desk.post("/api/session", json={"name": name, "password": EVES_PASSWORD})
        assert (signed_in.status_code, signed_in.json()["user"]["name"]) == (201, "Eve")


async def test_of_two_names_that_differ_in_capitals_each_signs_in_by_its_own(
    server: Server, browser: httpx.AsyncClient, desk: httpx.AsyncClient
) -> None:
    eve, kim = await invite(browser, "Eve"), await invite(browser, "Kim")
    for user in (eve, kim):
        await take_up(desk, user)
    async with server.resources.database.work() as work:
        await repository.change(work.session, kim["id"], name="EVE")

    for user, name in ((eve, "Eve"), (kim, "EVE")):
        signed_in = await desk.post("/api/session", json={"name": name, "password": EVES_PASSWORD})
        assert signed_in.json()["user"]["id"] == user["id"]


@pytest.mark.parametrize("name", ["Robert'); DROP TABLE users;--", "<script>alert(1)</script>", "Ω≈ç 李", "${7*7}"])
async def test_a_name_is_a_name(browser: httpx.AsyncClient, desk: httpx.AsyncClient, name: str) -> None:
    eve = await invite(browser, name, VIEWER)
    await take_up(desk, eve)

    assert (await desk.get("/api/session")).json()["user"]["name"] == name
    assert PASSWORD not in (await browser.get("/api/audit")).text
