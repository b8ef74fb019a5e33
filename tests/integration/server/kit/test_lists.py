"""Lists are walked page by page: each item is met once, in one order, whatever else arrives meanwhile."""

import base64
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.gateways import repository as gateway_rows
from goodpart.server.gateways.model import Certificate
from goodpart.server.kit.roles import Permission
from goodpart.server.users import repository as user_rows
from goodpart.server.users.model import ApiToken, hash_token
from tests.integration.server.conftest import UNSEEN
from tests.integration.server.permissions.site import A_DAY, build_site

LONGEST_NAME = "\U0001f529" * 200
"""Four bytes for each sign: its cursor is the longest."""


@pytest.fixture
async def ids(server: Server, browser: httpx.AsyncClient) -> dict[str, str]:
    """Two sites of everything, and more of what comes with neither; by the names that paths use for them."""
    me = (await browser.get("/api/session")).json()["user"]["id"]
    found = {**(await build_site(server, "Ulm", 10)).ids, **(await build_site(server, "Linz", 20)).ids, "user": me}
    for number in ("B-200", "b-200", LONGEST_NAME):
        assert (await browser.post("/api/part-numbers", json={"number": number})).status_code == 201
    for name in ("Early", "First", "Day"):
        shift = {"name": name, "weekdays": [1], "start": "06:00", "end": "14:00", "breaks": []}
        plan = {"weeks": [{"first": None, "shifts": [shift]}], "days": []}
        put = await browser.put(f"/api/places/{found['place']}/calendar", json=plan, headers=UNSEEN)
        assert put.status_code == 200, put.text
    async with server.resources.database.work() as work:
        until, scopes = work.now + A_DAY, frozenset({Permission.VIEW})
        for which in ("1", "2", "3"):
            # All in one moment: what tells them apart is their last key alone.
            certificate = Certificate(which * 64, found["gateway"], work.now, until, which, work.now)
            await gateway_rows.add_certificate(work.session, certificate, work.now)
            await user_rows.add_session(
                work.session,
                work.new_id(),
                user=me,
                token_hash=hash_token(which),
                created_at=work.now,
                expires_at=until,
            )
            token = ApiToken(work.new_id(), me, which, scopes, work.now, until, None, None)
            await user_rows.add_token(work.session, token, hash_token(f"token {which}"))
    return found


async def pages(browser: httpx.AsyncClient, path: str, limit: int, **query: str) -> AsyncIterator[list[dict[str, Any]]]:
    cursor: dict[str, str] = {}
    while True:
        answer = await browser.get(path, params={"limit": limit, **cursor, **query})
        assert answer.status_code == 200, (path, answer.text)
        yield answer.json()["items"]
        if answer.json()["next"] is None:
            return
        cursor = {"cursor": answer.json()["next"]}


async def walked(browser: httpx.AsyncClient, path: str, limit: int, **query: str) -> list[dict[str, Any]]:
    return [item async for page in pages(browser, path, limit, **query) for item in page]


async def test_whoever_walks_a_list_meets_each_item_once(
    server: Server, browser: httpx.AsyncClient, ids: dict[str, str]
) -> None:
    paths = [
        path
        for path, methods in server.browser_app.openapi()["paths"].items()
        if "cursor" in {parameter["name"] for parameter in methods.get("get", {}).get("parameters", ())}
    ]
    assert len(paths) > 15
    for path in paths:
        (whole,) = [page async for page in pages(browser, path.format(**ids), 500)]
        assert len(whole) > 1, f"There is too little in {path} to tell."
        assert len({json.dumps(item) for item in whole}) == len(whole), path
        for limit in (1, 2):
            assert await walked(browser, path.format(**ids), limit) == whole, (path, limit)


async def test_what_arrives_or_goes_behind_a_reader_moves_nothing(browser: httpx.AsyncClient) -> None:
    users = [f"User {number}" for number in range(10, 16)]
    for name in users:
        assert (await browser.post("/api/users", json={"name": name})).status_code == 201
    met: list[str] = []
    arrivals = itertools.count()
    async for page in pages(browser, "/api/users", 1):
        met += [user["name"] for user in page]
        for name in (f"Aaron {next(arrivals)}", f"User 14 {next(arrivals)}"):
            assert (await browser.post("/api/users", json={"name": name})).status_code == 201

    assert len(met) == len(set(met))
    assert [name for name in met if name in users] == users
    assert not [name for name in met if name.startswith("Aaron")]


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("", ["100%", "A-100", "B-200", "GEH-1"]),
        ("-", ["A-100", "B-200", "GEH-1"]),
        ("gehäuse", ["B-200", "GEH-1"]),
        ("GEHÄUSE", ["B-200", "GEH-1"]),
        (" a-1 ", ["A-100"]),
        ("%", ["100%"]),
        ("_", []),
    ],
    ids=["all", "number", "name", "capitals", "spaces", "percent", "underscore"],
)
async def test_part_numbers_are_found_by_what_they_say(browser: httpx.AsyncClient, find: str, found: list[str]) -> None:
    for number, name in (("A-100", "Ring"), ("B-200", "Gehäuse"), ("GEH-1", "GEHÄUSE links"), ("100%", "")):
        await browser.post("/api/part-numbers", json={"number": number, "name": name})

    assert [part["number"] for part in await walked(browser, "/api/part-numbers", 2, find=find)] == found
    counted = (await browser.get("/api/part-numbers/counts", params={"find": find})).json()
    assert counted == {"part_numbers": len(found), "retired": 0}


async def test_part_numbers_in_use_and_retired_ones_are_listed_apart(browser: httpx.AsyncClient) -> None:
    for number in ("A-100", "A-200", "B-100", "B-200"):
        made = (await browser.post("/api/part-numbers", json={"number": number})).json()
        retired = {"retired": number.endswith("200")}
        await browser.patch(f"/api/part-numbers/{made['id']}", json=retired, headers=UNSEEN)

    async def numbers(**filters: str) -> list[str]:
        return [part["number"] for part in await walked(browser, "/api/part-numbers", 1, **filters)]

    assert await numbers() == ["A-100", "A-200", "B-100", "B-200"]
    assert await numbers(state="in_use") == ["A-100", "B-100"]
    assert await numbers(state="retired") == ["A-200", "B-200"]
    assert await numbers(state="retired", find="b-") == ["B-200"]
    counted = (await browser.get("/api/part-numbers/counts", params={"find": "b-"})).json()
    assert counted == {"part_numbers": 2, "retired": 1}
    assert (await browser.get("/api/part-numbers", params={"state": "gone"})).status_code == 422


async def test_a_cursor_goes_on_with_the_list_that_it_came_from_alone(browser: httpx.AsyncClient) -> None:
    for name in ("A-100", "A-200", "A-300"):
        assert (await browser.post("/api/part-numbers", json={"number": name})).status_code == 201
        assert (await browser.post("/api/users", json={"name": name})).status_code == 201
    cursor = (await browser.get("/api/part-numbers?find=A-&limit=1")).json()["next"]

    for other in ("/api/users?", "/api/users?find=A-", "/api/part-numbers?find=00"):
        refused = await browser.get(f"{other}&cursor={cursor}")
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor_unreadable"), other

    rest = await browser.get("/api/part-numbers", params={"cursor": cursor, "limit": 500, "find": "A-"})
    assert [part["number"] for part in rest.json()["items"]] == ["A-200", "A-300"]


_NESTED = base64.urlsafe_b64encode(b"[" * 1400).decode()


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", "WzEsIDJd", "4pmI", "Ww", _NESTED], ids=["x", "null", "two", "text", "half", "nested"]
)
async def test_a_cursor_that_is_none_is_refused(browser: httpx.AsyncClient, cursor: str) -> None:
    refused = await browser.get("/api/part-numbers", params={"cursor": cursor})

    assert (refused.status_code, refused.json()["code"]) == (422, "cursor_unreadable")
