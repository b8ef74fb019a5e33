"""A sender that got no answer sends the same again: one thing is made, and told twice."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodpart.server.api import make_browser_app
from goodpart.server.compose import Server, compose
from goodpart.server.kit import creation
from goodpart.server.settings import Settings
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import NAME, PASSWORD
from tests.integration.server.users.people import invite, seat, take_up

SITE = {"kind": "site", "name": "Ulm"}
KEY = {"Idempotency-Key": "7c3e6a52-19f0"}
A_DAY_S = timedelta(days=1).total_seconds()


async def places(browser: httpx.AsyncClient) -> list[Any]:
    return list((await browser.get("/api/places")).json()["items"])


async def test_the_same_request_with_the_same_key_is_answered_again(browser: httpx.AsyncClient) -> None:
    first = await browser.post("/api/places", json=SITE, headers=KEY)
    again = await browser.post("/api/places", json=SITE, headers=KEY)

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await places(browser) == [first.json()]
    trail = (await browser.get("/api/audit", params={"action": "place.created"})).json()["items"]
    assert len(trail) == 1


@pytest.mark.parametrize("number", [9], ids=["nine-at-once"])
async def test_at_the_same_moment_one_is_made(browser: httpx.AsyncClient, number: int) -> None:
    answers = await asyncio.gather(*(browser.post("/api/places", json=SITE, headers=KEY) for _ in range(number)))

    assert {answer.status_code for answer in answers} == {201}
    assert await places(browser) == [answers[0].json()]


async def test_a_key_is_for_one_request(browser: httpx.AsyncClient) -> None:
    await browser.post("/api/places", json=SITE, headers=KEY)

    other = await browser.post("/api/places", json={**SITE, "name": "Linz"}, headers=KEY)
    elsewhere = await browser.post("/api/part-numbers", json={"number": "A-100"}, headers=KEY)

    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await places(browser)) == 1


async def test_what_was_refused_may_be_sent_again(browser: httpx.AsyncClient) -> None:
    area = {"kind": "area", "name": "Hall 2", "parent": "none"}
    refused = await browser.post("/api/places", json=area, headers=KEY)

    made = await browser.post("/api/places", json=SITE, headers=KEY)

    assert (refused.status_code, made.status_code) == (404, 201)


async def test_keys_belong_to_their_user_and_end_after_a_day(
    server: Server, browser: httpx.AsyncClient, clock: SteppingClock
) -> None:
    first = await browser.post("/api/places", json=SITE, headers=KEY)
    eve = await invite(browser, "Eve", {"role": "engineer", "place": None})
    async with seat(server) as desk:
        await take_up(desk, eve)
        assert (await desk.post("/api/places", json={**SITE, "name": "Linz"}, headers=KEY)).status_code == 201

    clock.advance(A_DAY_S)
    await browser.post("/api/session", json={"name": NAME, "password": PASSWORD})
    later = await browser.post("/api/places", json={**SITE, "name": "Graz"}, headers=KEY)

    assert later.json()["id"] != first.json()["id"]
    assert "idempotency-replayed" not in later.headers


async def test_a_user_has_so_many_keys_and_the_oldest_go(
    browser: httpx.AsyncClient, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creation, "KEPT_PER_USER", 3)
    for number in range(5):
        clock.advance(1)
        assert (await post_numbered(browser, number)).status_code == 201

    replayed = [(await post_numbered(browser, number)).headers.get("idempotency-replayed") for number in (2, 3, 4)]

    assert replayed == ["true"] * 3
    assert (await post_numbered(browser, 1)).json()["code"] == "part_number_taken"


async def post_numbered(browser: httpx.AsyncClient, number: int) -> httpx.Response:
    return await browser.post(
        "/api/part-numbers", json={"number": f"A-{number}"}, headers={"Idempotency-Key": f"{number}"}
    )


@pytest.mark.parametrize("key", ["", "two words", "x" * 201], ids=["empty", "spaced", "long"])
async def test_a_key_that_is_none_is_refused(browser: httpx.AsyncClient, key: str) -> None:
    answer = await browser.post("/api/places", json=SITE, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")


def test_whatever_makes_a_thing_takes_a_key(browser_document: dict[str, Any]) -> None:
    """But not where the answer holds a secret that is kept as a hash alone, nor where nothing is kept at all."""
    without = {
        path
        for path, methods in browser_document["paths"].items()
        for operation in [methods.get("post")]
        if operation is not None
        and {"201", "202"} & set(operation["responses"])
        and "Idempotency-Key" not in {parameter["name"] for parameter in operation.get("parameters", ())}
    }

    assert without == {
        "/api/session",
        "/api/session/first-run",
        "/api/session/redeem",
        "/api/session/links",
        "/api/account/tokens",
        "/api/account/second-factor/proposals",
        "/api/users/{user}/password-links",
        "/api/gateways/{gateway}/claim-codes",
        "/api/datasets/{dataset}/images",  # the same content is the same image
    }


@pytest.fixture
def browser_document() -> dict[str, Any]:
    return make_browser_app({"localhost"}).openapi()


class TestReplicas:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgresql"

    async def test_a_key_counts_on_every_replica_and_after_a_restart(
        self, server: Server, browser: httpx.AsyncClient, settings: Settings, clock: SteppingClock
    ) -> None:
        first = await browser.post("/api/places", json=SITE, headers=KEY)
        for _ in range(2):
            async with AsyncExitStack() as stack:
                other = await stack.enter_async_context(compose(settings, clock, with_jobs=False))
                there = await stack.enter_async_context(seat(other))
                there.cookies = browser.cookies
                answers = await asyncio.gather(
                    *(client.post("/api/places", json=SITE, headers=KEY) for client in (browser, there) * 3)
                )
                assert {answer.text for answer in answers} == {first.text}

        assert await places(browser) == [first.json()]
