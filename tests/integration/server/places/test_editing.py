"""Places are renamed, moved and removed; lines are held to cycles and targets of their own."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.kit.database import Base
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.kit.work import Database
from goodpart.server.kpis.recomputer import Recomputer
from goodpart.server.places.model import DEPENDENTS, DEPENDENTS_OF_PARTS
from goodpart.server.places.repository import GOES_WITH_IT
from goodpart.server.recomputations import service as recomputations
from goodpart.web.cookies import COOKIE
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import PART_NUMBER, InspectedPlant, part
from tests.integration.server.conftest import UNSEEN
from tests.integration.server.permissions.site import add_person


@pytest.fixture
async def plant(server: Server, clock: SteppingClock) -> InspectedPlant:
    """Ran for half an hour and made twenty parts, an hour ago."""
    built = await InspectedPlant.built_in(server.resources.database)
    start = clock.now() - timedelta(hours=1)
    await built.runs(start, start + timedelta(minutes=30))
    await built.passes(*(part(n, start + timedelta(seconds=6 * n)) for n in range(20)))
    return built


async def make(browser: httpx.AsyncClient, kind: str, name: str, parent: str | None) -> str:
    answer = await browser.post("/api/places", json={"kind": kind, "name": name, "parent": parent})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def change(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
    return await client.patch(path, json=body, headers=UNSEEN)


async def remove(client: httpx.AsyncClient, path: str) -> httpx.Response:
    return await client.delete(path, headers=UNSEEN)


async def effectiveness(browser: httpx.AsyncClient, place: str) -> float:
    return float((await browser.get("/api/kpis", params={"place": place})).json()["effectiveness"])


async def part_id(browser: httpx.AsyncClient) -> str:
    (item,) = (await browser.get("/api/part-numbers")).json()["items"]
    assert item["number"] == PART_NUMBER
    return str(item["id"])


async def test_an_ideal_cycle_holds_for_all_stored_minutes_from_the_nearest_place_that_says_it(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    key = await part_id(browser)
    first = await effectiveness(browser, plant.line)
    assert first > 0

    await change(browser, f"/api/part-numbers/{key}", {"ideal_cycle_ms": 1000})
    assert await effectiveness(browser, plant.line) == pytest.approx(first / 2)
    await browser.put(f"/api/part-numbers/{key}/cycles/{plant.line}", json={"ideal_cycle_ms": 4000})
    assert await effectiveness(browser, plant.line) == pytest.approx(first * 2)
    await browser.put(f"/api/part-numbers/{key}/cycles/{plant.station}", json={"ideal_cycle_ms": 500})
    assert await effectiveness(browser, plant.line) == pytest.approx(first / 4)
    (bar,) = (await browser.get("/api/kpis/series", params={"place": plant.line, "step": "hour"})).json()["items"][:1]
    assert bar["oee"] is not None

    for place in (plant.station, plant.line):
        assert (await remove(browser, f"/api/part-numbers/{key}/cycles/{place}")).status_code == 204
    assert await effectiveness(browser, plant.line) == pytest.approx(first / 2)
    gone = await remove(browser, f"/api/part-numbers/{key}/cycles/{plant.line}")
    assert (gone.status_code, gone.json()["code"]) == (404, "ideal_cycle_not_found")


async def test_a_target_holds_at_its_place_and_below(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    async def target(place: str) -> float | None:
        found: float | None = (await browser.get("/api/kpis", params={"place": place})).json()["oee_target"]
        return found

    assert await target(plant.station) is None
    await change(browser, f"/api/places/{plant.site}", {"oee_target": 0.7})
    await change(browser, f"/api/places/{plant.line}", {"oee_target": 0.8})
    assert [await target(place) for place in (plant.site, plant.line, plant.station)] == [0.7, 0.8, 0.8]
    await change(browser, f"/api/places/{plant.line}", {"oee_target": None})
    assert await target(plant.station) == 0.7
    assert (await change(browser, f"/api/places/{plant.line}", {"oee_target": 1.5})).status_code == 422


async def anything_to_recompute(database: Database) -> bool:
    async with database.work(read_only=True) as work:
        return await recomputations.any_left(work)


async def test_who_sees_a_line_alone_sees_the_target_that_it_is_held_to(
    server: Server, browser: httpx.AsyncClient, stranger: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    async def above(client: httpx.AsyncClient) -> dict[str, Any]:
        found: dict[str, Any] = (await client.get(f"/api/places/{plant.line}")).json()["target_above"]
        (listed,) = [one for one in (await client.get("/api/places")).json()["items"] if one["id"] == plant.line]
        assert listed["target_above"] == found
        return found

    token = await add_person(server, "Engineer of the line", Grant(Role.ENGINEER, plant.line))
    stranger.headers["Cookie"] = f"{COOKIE}={token}"
    read = await stranger.get(f"/api/places/{plant.line}")
    assert read.json()["target_above"] is None

    await change(browser, f"/api/places/{plant.site}", {"oee_target": 0.7})
    assert await above(browser) == {"value": 0.7, "place": plant.site}
    assert await above(stranger) == {"value": 0.7, "place": None}
    assert (await stranger.get("/api/kpis", params={"place": plant.line})).json()["oee_target"] == 0.7

    body, as_read = {"name": "Line A"}, {"If-Match": read.headers["ETag"]}
    renamed = await stranger.patch(f"/api/places/{plant.line}", json=body, headers=as_read)
    assert renamed.json()["target_above"] == {"value": 0.7, "place": None}, "a target above is no edit of the line"

    await change(browser, f"/api/places/{plant.line}", {"oee_target": 0.8})
    assert await above(stranger) == {"value": 0.7, "place": None}, "for who empties the field of the line"
    station = (await stranger.get(f"/api/places/{plant.station}")).json()
    assert station["target_above"] == {"value": 0.8, "place": plant.line}


async def test_another_time_zone_reckons_stored_minutes_again(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock
) -> None:
    hour = clock.now().hour
    shift = {
        "name": "now",
        "weekdays": list(range(1, 8)),
        "start": f"{(hour - 1) % 24:02}:00",
        "end": f"{(hour + 1) % 24:02}:00",
    }
    plan = {"weeks": [{"first": None, "shifts": [shift]}], "days": []}

    async def planned_busy_in(zone: str) -> int:
        answer = await change(browser, f"/api/places/{plant.site}", {"timezone": zone})
        assert answer.json()["timezone"] == zone
        while await anything_to_recompute(plant.database):  # by the server's own recomputer or this one
            await Recomputer(plant.database).step()
        seconds: int = (await browser.get("/api/kpis", params={"place": plant.site})).json()["seconds"]["planned_busy"]
        return seconds

    await change(browser, f"/api/places/{plant.site}", {"timezone": "UTC"})
    kept = await browser.put(f"/api/places/{plant.site}/calendar", json=plan, headers=UNSEEN)
    assert kept.status_code == 200, kept.text

    assert await planned_busy_in("Asia/Tokyo") == 0
    assert await planned_busy_in("UTC") > 0


async def test_a_place_is_renamed_and_moved_within_its_site(browser: httpx.AsyncClient) -> None:
    site = await make(browser, "site", "Ulm", None)
    hall = await make(browser, "area", "Hall 1", site)
    line = await make(browser, "line", "Line 1", site)
    elsewhere = await make(browser, "area", "Hall 1", await make(browser, "site", "Linz", None))

    moved = await change(browser, f"/api/places/{line}", {"name": "Line A", "parent": hall})
    assert (moved.json()["name"], moved.json()["parent"]) == ("Line A", hall)
    trail = (await browser.get("/api/audit", params={"subject": line})).json()["items"][0]
    assert trail["detail"] == "line Line 1: renamed from Line 1 to Line A, moved from Ulm to Ulm › Hall 1"

    for body, status, code in (
        ({"parent": elsewhere}, 422, "place_invalid"),
        ({"parent": line}, 422, "place_invalid"),
        ({"parent": "nowhere"}, 404, "place_not_found"),
        ({"timezone": "Europe/Berlin"}, 422, "place_invalid"),
        ({"name": "  "}, 422, "request_invalid"),
    ):
        answer = await change(browser, f"/api/places/{line}", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert (await change(browser, f"/api/places/{site}", {"timezone": "Mars/Base"})).status_code == 422


async def test_two_places_side_by_side_have_different_names(browser: httpx.AsyncClient) -> None:
    site = await make(browser, "site", "Ulm", None)
    await make(browser, "line", "Line 1", site)
    second = await make(browser, "line", "Line 2", site)

    added = await browser.post("/api/places", json={"kind": "line", "name": "LINE 1", "parent": site})
    spaced = await browser.post("/api/places", json={"kind": "line", "name": " Line  1 ", "parent": site})
    renamed = await change(browser, f"/api/places/{second}", {"name": "Line 1"})

    assert [answer.json()["code"] for answer in (added, spaced, renamed)] == ["place_name_taken"] * 3
    assert (await change(browser, f"/api/places/{second}", {"name": "LINE 2"})).status_code == 200


async def test_a_name_that_would_break_a_file_or_look_like_another_is_refused(browser: httpx.AsyncClient) -> None:
    for name in ("A\n1", "A\t1", "A\u202e1", "A\u200f1"):
        place = await browser.post("/api/places", json={"kind": "site", "name": name})
        number = await browser.post("/api/part-numbers", json={"number": name})
        called = await browser.post("/api/part-numbers", json={"number": "A-1", "name": name})
        assert [answer.status_code for answer in (place, number, called)] == [422] * 3, name

    spaced = await browser.post("/api/part-numbers", json={"number": " A-1 ", "name": " Ring "})
    assert (spaced.json()["number"], spaced.json()["name"]) == ("A-1", "Ring")


async def test_a_place_in_use_tells_what_belongs_to_it(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    refused = await remove(browser, f"/api/places/{plant.station}")
    assert (refused.status_code, refused.json()["code"]) == (409, "place_in_use")
    assert "20 inspections" in refused.json()["detail"]
    assert "1 places below it" in (await remove(browser, f"/api/places/{plant.line}")).json()["detail"]

    spare = await make(browser, "line", "Line 2", plant.site)
    key = await part_id(browser)
    await browser.put(f"/api/part-numbers/{key}/cycles/{spare}", json={"ideal_cycle_ms": 900})
    assert (await remove(browser, f"/api/places/{spare}")).status_code == 204
    assert (await browser.get(f"/api/part-numbers/{key}")).json()["cycles"] == []


async def test_a_part_number_is_removed_only_where_nothing_belongs_to_it(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    refused = await remove(browser, f"/api/part-numbers/{await part_id(browser)}")
    assert (refused.status_code, refused.json()["code"]) == (409, "part_number_in_use")
    assert "20 inspections" in refused.json()["detail"]

    spare = (await browser.post("/api/part-numbers", json={"number": "B-200"})).json()["id"]
    cycle = f"/api/part-numbers/{spare}/cycles/{plant.line}"
    await browser.put(cycle, json={"ideal_cycle_ms": 900})
    assert (await browser.delete(f"/api/part-numbers/{spare}")).status_code == 428
    seen = {"If-Match": (await browser.get(f"/api/part-numbers/{spare}")).headers["ETag"]}
    assert (await change(browser, f"/api/part-numbers/{spare}", {"name": "Ring"})).status_code == 200
    assert (await browser.delete(f"/api/part-numbers/{spare}", headers=seen)).status_code == 412
    assert (await remove(browser, f"/api/part-numbers/{spare}")).status_code == 204
    assert (await browser.get(cycle)).json()["code"] == "part_number_not_found"
    trail = (await browser.get("/api/audit", params={"subject": spare})).json()["items"][0]
    assert (trail["action"], trail["detail"]) == ("part_number.removed", "B-200")


async def test_a_retired_part_number_gets_nothing_new_until_it_is_in_use_again(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    path = f"/api/part-numbers/{await part_id(browser)}"
    dataset = {"name": "Second parts", "part_number": PART_NUMBER}
    rated = await effectiveness(browser, plant.line)

    assert (await change(browser, path, {"retired": True})).json()["retired_at"] is not None
    refused = await browser.post("/api/datasets", json=dataset)
    assert (refused.status_code, refused.json()["code"]) == (409, "part_number_retired")
    assert await effectiveness(browser, plant.line) == rated
    table = f"number,name\n{PART_NUMBER},Renamed\n".encode()
    assert (await browser.post("/api/part-numbers/import", content=table)).json()["counts"]["changed"] == 1
    assert (await browser.get(path)).json()["retired_at"] is not None

    assert (await change(browser, path, {"retired": False})).json()["retired_at"] is None
    assert (await browser.post("/api/datasets", json=dataset)).status_code == 201
    trail = (await browser.get("/api/audit", params={"action": "part_number."})).json()["items"]
    assert [entry["action"] for entry in trail[:2]] == ["part_number.reinstated", "part_number.retired"]


def test_everything_that_can_belong_to_a_part_number_has_a_name() -> None:
    belonging = {table.name for table in Base.metadata.tables.values() if "part_number" in table.columns}

    assert belonging - {"machine_state_reports"} == set(DEPENDENTS_OF_PARTS)


def test_everything_that_can_belong_to_a_place_has_a_name() -> None:
    belonging = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "places" for key in table.foreign_keys)
    }

    assert belonging - set(GOES_WITH_IT) == set(DEPENDENTS)


async def test_an_engineer_of_a_line_sets_its_cycles_and_nobody_elses(
    server: Server, browser: httpx.AsyncClient, stranger: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    key = await part_id(browser)
    token = await add_person(server, "Engineer", Grant(Role.ENGINEER, plant.line))
    stranger.headers["Cookie"] = f"{COOKIE}={token}"
    body = {"ideal_cycle_ms": 900}

    assert (await stranger.put(f"/api/part-numbers/{key}/cycles/{plant.line}", json=body)).status_code == 200
    assert (await stranger.put(f"/api/part-numbers/{key}/cycles/{plant.site}", json=body)).status_code == 404
    assert (await change(stranger, f"/api/part-numbers/{key}", {"name": "Mine"})).status_code == 403
    assert (await change(stranger, f"/api/places/{plant.line}", {"name": "My line"})).status_code == 200
    assert (await change(stranger, f"/api/places/{plant.line}", {"parent": None})).status_code == 403


async def test_two_people_who_edit_one_place_or_part_number_are_told(browser: httpx.AsyncClient) -> None:
    site = await make(browser, "site", "Ulm", None)
    part = (await browser.post("/api/part-numbers", json={"number": "A-1"})).json()["id"]
    for path in (f"/api/places/{site}", f"/api/part-numbers/{part}"):
        seen = {"If-Match": (await browser.get(path)).headers["ETag"]}
        assert (await browser.patch(path, json={"name": "Mine"}, headers=seen)).status_code == 200
        assert (await browser.patch(path, json={"name": "Theirs"}, headers=seen)).status_code == 412
        assert (await browser.patch(path, json={"name": "Blind"})).status_code == 428
        assert (await browser.get(path)).json()["name"] == "Mine"

    cycle = f"/api/part-numbers/{part}/cycles/{site}"
    first = await browser.put(cycle, json={"ideal_cycle_ms": 900})
    assert first.status_code == 200
    assert (await browser.put(cycle, json={"ideal_cycle_ms": 800})).status_code == 428
    assert (await browser.delete(cycle, headers={"If-Match": first.headers["ETag"]})).status_code == 204
