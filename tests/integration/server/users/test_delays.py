"""Guessing passwords takes for ever, and tells nothing."""

import asyncio

import httpx

from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import NAME, PASSWORD
from tests.integration.server.users.people import actions


async def guess(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post("/api/session", json={"name": name, "password": "guessed wrongly"})


async def test_many_guesses_at_once_are_all_counted_and_names_tell_nothing(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SteppingClock
) -> None:
    seen = {}
    for name in (NAME, "Nobody"):
        answers = await asyncio.gather(*(guess(stranger, name) for _ in range(7)))
        seen[name] = sorted(answer.status_code for answer in answers)
        assert seen[name] == [401] * 5 + [429] * 2
    late = await guess(stranger, "Nobody")
    right = await stranger.post("/api/session", json={"name": NAME, "password": PASSWORD})
    assert (right.status_code, right.json()) == (late.status_code, late.json())
    assert (right.json()["code"], right.headers["retry-after"]) == ("sign_in_delayed", "30")

    clock.advance(30)
    assert (await stranger.post("/api/session", json={"name": NAME, "password": PASSWORD})).status_code == 201
    assert (await guess(stranger, NAME)).status_code == 401
    assert (await actions(browser)).count("sign_in.delayed") == 2


async def test_an_administrator_ends_the_wait_of_a_person(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    me = (await browser.get("/api/session")).json()["user"]["id"]
    wait = f"/api/users/{me}/sign-in-wait"
    assert (await browser.get(wait)).json() == {"until": None}
    for _ in range(5):
        await guess(stranger, NAME)
    assert (await browser.get(wait)).json()["until"] is not None

    assert (await browser.delete(wait)).status_code == 204

    assert (await browser.get(wait)).json() == {"until": None}
    assert (await guess(stranger, NAME)).status_code == 401
    assert (await stranger.post("/api/session", json={"name": NAME, "password": PASSWORD})).status_code == 201
    assert (await actions(browser)).count("sign_in.wait_ended") == 1
    assert (await browser.delete("/api/users/nobody/sign-in-wait")).status_code == 404


async def test_each_further_guess_has_to_wait_longer(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient, clock: SteppingClock
) -> None:
    for _ in range(5):
        await guess(stranger, NAME)
    waits = []
    for _ in range(3):
        waits.append(int((await guess(stranger, NAME)).headers["retry-after"]))
        clock.advance(waits[-1])
        assert (await guess(stranger, NAME)).status_code == 401

    assert waits == [30, 60, 120]
