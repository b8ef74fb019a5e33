"""Two people edit one thing: the second is told who was first, and nothing is overwritten unseen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from goodpart.base.clock import Clock
from goodpart.server.compose import Server, compose
from goodpart.server.settings import Settings
from tests.fakes.inspected_plant import PART_NUMBER, InspectedPlant
from tests.integration.server.conftest import NAME, ORIGIN, UNSEEN
from tests.integration.server.users.people import invite, seat, take_up

VIEWER = {"role": "viewer", "place": None}


@pytest.fixture
async def path(browser: httpx.AsyncClient) -> str:
    """Of a user whom two administrators edit."""
    return f"/api/users/{(await invite(browser, 'Eve', VIEWER))['id']}"


async def test_what_is_read_carries_a_tag_that_its_edit_takes(browser: httpx.AsyncClient, path: str) -> None:
    read = await browser.get(path)

    edited = await browser.patch(path, json={"name": "Eva"}, headers={"If-Match": read.headers["ETag"]})

    assert (edited.status_code, edited.json()["name"]) == (200, "Eva")
    assert edited.headers["ETag"] == (await browser.get(path)).headers["ETag"] != read.headers["ETag"]


async def test_the_second_of_two_learns_who_was_first_and_when(
    browser: httpx.AsyncClient, path: str, clock: Clock
) -> None:
    seen_by_both = {"If-Match": (await browser.get(path)).headers["ETag"]}
    first = await browser.patch(path, json={"name": "Eva"}, headers=seen_by_both)

    second = await browser.patch(path, json={"grants": []}, headers=seen_by_both)

    told = second.json()
    assert (second.status_code, told["code"], told["changed_by"]) == (412, "changed_meanwhile", NAME)
    assert told["changed_at"] == clock.now().isoformat().replace("+00:00", "Z")
    assert told["detail"] == "Ada has changed this since you read it on 2026-11-02 at 06:00 UTC."
    assert (await browser.get(path)).json() == first.json()
    # Who has been told can keep their own, by the tag that came with it.
    kept = await browser.patch(path, json={"grants": []}, headers={"If-Match": second.headers["ETag"]})
    assert (kept.status_code, kept.json()["grants"]) == (200, [])


async def test_only_who_is_known_to_have_edited_it_is_named(server: Server, browser: httpx.AsyncClient) -> None:
    """Not who did something else with it since, nor who may have: a file changes many things in one entry."""
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    station = {"kind": "station", "name": "Station 1", "parent": site}
    station = (await browser.post("/api/places", json=station)).json()["id"]
    gateway = (await browser.post("/api/gateways", json={"name": "Box", "site": site})).json()["id"]
    part = (await browser.post("/api/part-numbers", json={"number": "A-1"})).json()["id"]
    bea = await invite(browser, "Bea", {"role": "admin", "place": None})
    paths = [
        f"/api/users/{bea['id']}",
        f"/api/places/{station}",
        f"/api/gateways/{gateway}",
        f"/api/part-numbers/{part}",
    ]

    async def named(old: dict[str, dict[str, str]]) -> list[str | None]:
        answers = [await browser.patch(path, json={"name": "Later"}, headers=tag) for path, tag in old.items()]
        assert {answer.status_code for answer in answers} == {412}
        return [answer.json()["changed_by"] for answer in answers]

    seen = {path: {"If-Match": (await browser.get(path)).headers["ETag"]} for path in paths}
    for path in paths:
        assert (await browser.patch(path, json={"name": "Renamed"}, headers=seen[path])).status_code == 200
    async with seat(server) as hers:
        await take_up(hers, {**bea, "name": "Renamed"})
        driver = {"driver": "none"}
        wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
        wired = await hers.put(f"/api/gateways/{gateway}/stations/{station}", json=wiring)
        code = await hers.post(f"/api/gateways/{gateway}/claim-codes")
        assert [wired.status_code, code.status_code] == [200, 201]
        assert await named(seen) == [NAME] * 4

        table = await hers.post("/api/part-numbers/import", content=b"number,name\nA-1,Ring\n")
        assert table.json()["counts"]["changed"] == 1
        assert await named(seen) == [NAME, NAME, NAME, None]


async def test_an_edit_that_does_not_say_what_it_edits_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    blind = await browser.patch(path, json={"name": "Eva"})

    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    assert (await browser.patch(path, json={"name": "Eva"}, headers=UNSEEN)).status_code == 200


async def test_what_is_not_there_is_not_there_whatever_tag_is_sent(browser: httpx.AsyncClient) -> None:
    for headers in ({}, UNSEEN, {"If-Match": '"0"'}):
        answer = await browser.patch("/api/users/none", json={"name": "Eva"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "user_not_found")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ('"{tag}"', 200),
        ('"0", "{tag}"', 200),
        ('W/"{tag}"', 200),
        ('"{tag}-gzip"', 200),
        ('"0"', 412),
        ('""', 412),
        ("{tag}", 422),
        ('"{tag}', 422),
        ("", 422),
    ],
    ids=["own", "one-of-two", "weakened", "compressed", "other", "empty-tag", "unquoted", "half", "empty"],
)
async def test_a_tag_is_read_as_proxies_may_have_left_it(
    browser: httpx.AsyncClient, path: str, form: str, status: int
) -> None:
    tag = (await browser.get(path)).headers["ETag"].strip('"')

    answer = await browser.patch(path, json={"name": "Eva"}, headers={"If-Match": form.format(tag=tag)})

    assert answer.status_code == status, answer.text


async def test_of_many_edits_at_once_exactly_one_is_written(browser: httpx.AsyncClient, path: str) -> None:
    seen = {"If-Match": (await browser.get(path)).headers["ETag"]}

    answers = await asyncio.gather(
        *(browser.patch(path, json={"name": f"Eve {number}"}, headers=seen) for number in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (written,) = (answer.json() for answer in answers if answer.status_code == 200)
    assert (await browser.get(path)).json() == written


async def test_what_is_not_there_yet_needs_no_tag_and_then_does(browser: httpx.AsyncClient) -> None:
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    station = {"kind": "station", "name": "Station 1", "parent": site}
    station = (await browser.post("/api/places", json=station)).json()["id"]
    gateway = (await browser.post("/api/gateways", json={"name": "Box", "site": site})).json()["id"]
    path = f"/api/gateways/{gateway}/stations/{station}"
    driver = {"driver": "none", "settings": {}}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    assert (await browser.get(path)).status_code == 404
    assert (await browser.put(path, json=wiring, headers=UNSEEN)).status_code == 412

    first = await browser.put(path, json=wiring)
    again = await browser.put(path, json=wiring)
    seen = await browser.put(path, json=wiring, headers={"If-Match": first.headers["ETag"]})

    assert [first.status_code, again.status_code, seen.status_code] == [200, 428, 200]


async def test_who_was_to_make_what_somebody_has_made_meanwhile_learns_of_it(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    part = (await browser.post("/api/part-numbers", json={"number": "A-100"})).json()["id"]
    path, none_yet = f"/api/part-numbers/{part}/cycles/{site}", {"If-None-Match": "*"}
    first = await browser.put(path, json={"ideal_cycle_ms": 1500}, headers=none_yet)
    await browser.patch(f"/api/part-numbers/{part}", json={"name": "Ring"}, headers=UNSEEN)

    second = await browser.put(path, json={"ideal_cycle_ms": 1900}, headers=none_yet)

    told = second.json()
    assert (first.status_code, second.status_code, told["code"]) == (200, 412, "changed_meanwhile")
    assert (told["changed_by"], second.headers["ETag"]) == (NAME, first.headers["ETag"])
    assert (await browser.get(path)).json()["ideal_cycle_ms"] == 1500
    unclear = await browser.put(path, json={"ideal_cycle_ms": 1900}, headers={"If-None-Match": '"0"'})
    assert (unclear.status_code, unclear.json()["code"]) == (422, "tag_unreadable")
    kept = await browser.put(path, json={"ideal_cycle_ms": 1900}, headers={"If-Match": second.headers["ETag"]})
    assert (kept.status_code, kept.json()["ideal_cycle_ms"]) == (200, 1900)


async def test_a_recipe_that_is_not_there_is_edited_by_nobody(server: Server, browser: httpx.AsyncClient) -> None:
    plant = await InspectedPlant.built_in(server.resources.database)
    model = await plant.learns(server.resources.objects)
    body = {"station": plant.station, "part_number": PART_NUMBER, "model": model}

    async def post(**headers: str) -> httpx.Response:
        return await browser.post("/api/recipes", json=body, headers=headers)

    assert (await post(**UNSEEN)).status_code == 412
    first = await post(**{"If-None-Match": "*"})
    assert (first.status_code, first.json()["revision"]) == (201, 1)
    second = await post(**{"If-None-Match": "*"})
    assert (second.status_code, second.json()["changed_by"]) == (412, NAME)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert (await post()).status_code == 428
    assert (await post(**{"If-Match": second.headers["ETag"]})).json()["revision"] == 2


class TestReplicas:
    @pytest.fixture
    def database_kind(self) -> str:
        return "postgresql"

    @pytest.fixture
    async def there(
        self, server: Server, browser: httpx.AsyncClient, settings: Settings, clock: Clock
    ) -> AsyncIterator[httpx.AsyncClient]:
        """The same administrator at another server on the same database."""
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(compose(settings, clock, with_jobs=False))
            transport = httpx.ASGITransport(other.browser_app)
            client = httpx.AsyncClient(
                transport=transport, base_url=ORIGIN, headers={"X-Goodpart": "1"}, cookies=browser.cookies
            )
            yield await stack.enter_async_context(client)

    async def test_of_edits_on_two_replicas_exactly_one_is_written(
        self, browser: httpx.AsyncClient, there: httpx.AsyncClient, path: str
    ) -> None:
        for attempt in range(4):
            read = await browser.get(path)
            assert (await there.get(path)).headers["ETag"] == read.headers["ETag"]
            seen = {"If-Match": read.headers["ETag"]}

            answers = await asyncio.gather(
                *(
                    client.patch(path, json={"name": f"Eve {attempt} {number}"}, headers=seen)
                    for number in range(4)
                    for client in (browser, there)
                )
            )

            assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_a_station_that_was_wired_anew_is_not_unwired_unseen(browser: httpx.AsyncClient) -> None:
    site = (await browser.post("/api/places", json={"kind": "site", "name": "Ulm"})).json()["id"]
    line = (await browser.post("/api/places", json={"kind": "line", "name": "Line", "parent": site})).json()["id"]
    body = {"kind": "station", "name": "Station", "parent": line}
    station = (await browser.post("/api/places", json=body)).json()["id"]
    gateway = (await browser.post("/api/gateways", json={"name": "Box", "site": site})).json()["id"]
    path, driver = f"/api/gateways/{gateway}/stations/{station}", {"driver": "none"}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    await browser.put(path, json=wiring)
    seen = {"If-Match": (await browser.get(path)).headers["ETag"]}
    anew = await browser.put(path, json={**wiring, "camera": {"driver": "http"}}, headers=seen)
    assert anew.status_code == 200, anew.text

    assert (await browser.delete(path)).status_code == 428
    assert (await browser.delete(path, headers=seen)).status_code == 412
    assert (await browser.delete(path, headers={"If-Match": anew.headers["ETag"]})).status_code == 204


def test_whatever_edits_a_thing_says_which_state_it_edits(server: Server) -> None:
    """But not what ends something that nobody edits (sessions, tokens, codes, waits), nor what asks for a password."""
    without = {
        (method, path)
        for path, methods in server.browser_app.openapi()["paths"].items()
        for method, operation in methods.items()
        if method in {"put", "patch", "delete"}
        and "If-Match" not in {parameter["name"] for parameter in operation.get("parameters", ())}
    }

    assert without == {
        ("delete", "/api/session"),
        ("put", "/api/account/password"),
        ("put", "/api/account/second-factor"),
        ("delete", "/api/account/sessions/{session}"),
        ("delete", "/api/account/tokens/{token}"),
        ("delete", "/api/users/{user}/sessions"),
        ("delete", "/api/users/{user}/sessions/{session}"),
        ("delete", "/api/users/{user}/tokens/{token}"),
        ("delete", "/api/users/{user}/sign-in-wait"),
        ("delete", "/api/gateways/{gateway}/claim-codes"),
    }
