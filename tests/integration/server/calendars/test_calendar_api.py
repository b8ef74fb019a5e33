"""The calendar of a site, asked and set as a browser does it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from goodpart.server.compose import Server
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant
from tests.integration.server.conftest import UNSEEN

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WORKDAYS = [1, 2, 3, 4, 5]
EARLY = {
    "name": "Early",
    "weekdays": WORKDAYS,
    "start": "06:00",
    "end": "14:00",
    "breaks": [{"start": "10:00", "end": "10:30"}],
}
NIGHT = {"name": "Night", "weekdays": [*WORKDAYS, 6, 7], "start": "22:00", "end": "06:00", "breaks": []}
SATURDAY = {"name": "Extra", "start": "07:00", "end": "12:00", "breaks": []}
HOLIDAY = {"first": "2026-04-03", "last": "2026-04-06", "name": "Easter", "shifts": []}
EXTRA_SATURDAY = {"first": "2026-03-07", "last": "2026-03-07", "name": "Stocktaking", "shifts": [SATURDAY]}


def plan(*shifts: dict[str, Any], days: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"weeks": [{"first": None, "shifts": list(shifts)}], "days": list(days)}


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(NOW)


@pytest.fixture
async def path(server: Server) -> str:
    plant = await InspectedPlant.built_in(server.resources.database)
    return f"/api/places/{plant.site}/calendar"


async def test_a_site_that_set_nothing_produces_round_the_clock(browser: httpx.AsyncClient, path: str) -> None:
    found = (await browser.get(path)).json()
    assert (found["revision"], found["timezone"], found["changed_by"]) == (0, "Europe/Berlin", None)
    assert (found["weeks"], found["days"]) == ([{"first": None, "shifts": []}], [])

    (day,) = (await browser.get(f"{path}/preview", params={"from": "2026-03-29", "to": "2026-03-29"})).json()["items"]

    assert (day["clock_change_min"], day["planned_min"]) == (-60, 23 * 60)


async def test_a_calendar_is_kept_whole_with_who_set_it_and_when(browser: httpx.AsyncClient, path: str) -> None:
    said = plan(EARLY, NIGHT, days=(EXTRA_SATURDAY, HOLIDAY))
    said["weeks"].append({"first": "2026-06-01", "shifts": [EARLY]})

    answer = await browser.put(path, json=said, headers=UNSEEN)

    assert answer.status_code == 200, answer.text
    kept = (await browser.get(path)).json()
    assert {"weeks": kept["weeks"], "days": kept["days"]} == said
    assert (kept["revision"], kept["changed_by"], kept["changed_at"]) == (1, "Ada", "2026-03-02T08:00:00Z")


async def test_every_revision_can_be_read_again_and_the_trail_names_it(browser: httpx.AsyncClient, path: str) -> None:
    for said in (plan(EARLY), plan(EARLY, NIGHT), plan(EARLY, NIGHT)):
        await browser.put(path, json=said, headers=UNSEEN)

    revisions = (await browser.get(f"{path}/revisions")).json()["items"]

    assert [(one["revision"], len(one["weeks"][0]["shifts"])) for one in revisions] == [(2, 2), (1, 1)]
    entries = (await browser.get("/api/audit", params={"action": "calendar.changed"})).json()["items"]
    assert ["revision 2" in entry["detail"] for entry in entries] == [True, False]


async def test_who_edits_an_older_revision_is_told_and_overwrites_nothing(
    browser: httpx.AsyncClient, path: str
) -> None:
    read = (await browser.get(path)).headers["ETag"]
    first = await browser.put(path, json=plan(EARLY), headers={"If-Match": read})
    second = await browser.put(path, json=plan(NIGHT), headers={"If-Match": read})

    assert (second.status_code, second.json()["code"], second.json()["changed_by"]) == (412, "changed_meanwhile", "Ada")
    assert (await browser.get(path)).json()["weeks"][0]["shifts"] == [EARLY]
    again = await browser.put(path, json=plan(NIGHT), headers={"If-Match": first.headers["ETag"]})
    assert again.status_code == 200


async def test_an_edit_that_does_not_say_what_it_edits_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.put(path, json=plan(EARLY))).status_code == 428
    assert (await browser.get(path)).json()["revision"] == 0


async def test_a_night_shift_is_planned_by_both_clocks_and_its_lost_hour_is_told(
    browser: httpx.AsyncClient, path: str
) -> None:
    await browser.put(path, json=plan(EARLY, NIGHT, days=(HOLIDAY,)), headers=UNSEEN)

    answer = await browser.get(f"{path}/preview", params={"from": "2026-03-27", "to": "2026-04-03"})

    days = {day["day"]: day for day in answer.json()["items"]}
    (night,) = days["2026-03-28"]["shifts"]
    assert (night["start_local"], night["end_local"]) == ("2026-03-28T22:00", "2026-03-29T06:00")
    assert (night["start"], night["end"]) == ("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z")
    assert (night["length_min"], night["gained_min"]) == (7 * 60, -60)
    early = days["2026-03-27"]["shifts"][0]
    assert [(span["kind"], span["start_local"][11:]) for span in early["spans"]] == [
        ("busy", "06:00"),
        ("break", "10:00"),
        ("busy", "10:30"),
    ]
    assert (early["planned_min"], days["2026-03-27"]["planned_min"]) == (450, 450 + 480)
    assert (days["2026-04-03"]["exception"], days["2026-04-03"]["shifts"]) == ("Easter", [])


async def test_everything_that_is_wrong_is_told_by_field_and_nothing_is_kept(
    browser: httpx.AsyncClient, path: str
) -> None:
    said = plan({**EARLY, "name": " "}, NIGHT, days=(HOLIDAY, HOLIDAY))
    saved = await browser.put(path, json=said, headers=UNSEEN)
    weighed = await browser.post(f"{path}/consequence", json=said)

    assert (saved.status_code, saved.json()["code"]) == (422, "calendar_invalid")
    faults = saved.json()["faults"]
    assert [(fault["where"], fault["fault"]) for fault in faults] == [
        ("weeks.0.shifts.0.name", "name_missing"),
        ("days.1.first", "day_twice"),
    ]
    assert all(fault["detail"] for fault in faults)
    assert (weighed.status_code, weighed.json()["faults"], weighed.json()["past"]) == (200, faults, None)
    assert (await browser.get(path)).json()["revision"] == 0


async def test_a_preview_of_no_days_or_of_too_many_is_refused(browser: httpx.AsyncClient, path: str) -> None:
    for first, last in (("2026-03-02", "2026-03-01"), ("2026-01-01", "2027-12-31"), ("x", "y")):
        answer = await browser.get(f"{path}/preview", params={"from": first, "to": last})
        assert answer.status_code == 422


async def test_names_are_text_whatever_they_look_like(browser: httpx.AsyncClient, path: str) -> None:
    name = "<script>alert(1)</script>'; DROP TABLE places; --"
    await browser.put(path, json=plan({**EARLY, "name": name}), headers=UNSEEN)
    assert (await browser.get(path)).json()["weeks"][0]["shifts"][0]["name"] == name


async def test_only_a_site_has_a_calendar(browser: httpx.AsyncClient, server: Server) -> None:
    plant = await InspectedPlant.built_in(server.resources.database)
    for place in (plant.line, "nowhere"):
        for answer in (
            await browser.get(f"/api/places/{place}/calendar"),
            await browser.put(f"/api/places/{place}/calendar", json=plan(), headers=UNSEEN),
            await browser.post(f"/api/places/{place}/calendar/consequence", json=plan()),
            await browser.get(f"/api/places/{place}/calendar/revisions"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "place_not_found")
