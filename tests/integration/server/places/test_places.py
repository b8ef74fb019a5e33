"""The place tree over HTTP."""

import httpx
import pytest

from tests.integration.server.conftest import UNSEEN


async def _place(browser: httpx.AsyncClient, kind: str, name: str, parent: str | None = None) -> str:
    answer = await browser.post("/api/places", json={"kind": kind, "name": name, "parent": parent})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_station_stands_under_its_line_and_site(browser: httpx.AsyncClient) -> None:
    site = await _place(browser, "site", "Ulm")
    line = await _place(browser, "line", "Line 3", site)
    station = await _place(browser, "station", "Station 1", line)

    items = (await browser.get("/api/places")).json()["items"]

    assert [(item["id"], item["parent"]) for item in items] == [(site, None), (line, site), (station, line)]
    assert items[0]["timezone"] == "UTC"


@pytest.mark.parametrize(
    ("kind", "parent_kind"), [("line", "station"), ("site", "line"), ("station", "enterprise"), ("line", None)]
)
async def test_a_place_is_refused_where_it_cannot_stand(
    browser: httpx.AsyncClient, kind: str, parent_kind: str | None
) -> None:
    places = {None: None, "enterprise": await _place(browser, "enterprise", "Acme")}
    site = await _place(browser, "site", "Ulm")
    places["line"] = await _place(browser, "line", "Line", site)
    places["station"] = await _place(browser, "station", "Station", places["line"])

    answer = await browser.post("/api/places", json={"kind": kind, "name": "X", "parent": places[parent_kind]})

    assert answer.status_code == 422
    assert answer.json()["code"] == "place_invalid"
    assert answer.json()["remedy"]
    assert "X" not in [item["name"] for item in (await browser.get("/api/places")).json()["items"]]


async def test_an_unknown_time_zone_is_refused(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/places", json={"kind": "site", "name": "Ulm", "timezone": "Mars/Base"})

    assert answer.status_code == 422
    assert "Mars/Base" in answer.json()["detail"]


async def test_a_site_keeps_its_week_of_shifts(browser: httpx.AsyncClient) -> None:
    site = await _place(browser, "site", "Ulm")
    week = [
        {"name": "early", "weekdays": [0, 1, 2, 3, 4], "start": "06:00", "end": "14:00"},
        {"name": "night", "weekdays": [4], "start": "22:00", "end": "06:00"},
    ]
    assert (await browser.get(f"/api/places/{site}/shifts")).json() == []

    assert (await browser.put(f"/api/places/{site}/shifts", json=week, headers=UNSEEN)).status_code == 200

    assert (await browser.get(f"/api/places/{site}/shifts")).json() == week


async def test_shifts_that_overlap_are_refused(browser: httpx.AsyncClient) -> None:
    site = await _place(browser, "site", "Ulm")
    week = [
        {"name": "early", "weekdays": [0], "start": "06:00", "end": "14:00"},
        {"name": "late", "weekdays": [0], "start": "13:00", "end": "22:00"},
    ]

    answer = await browser.put(f"/api/places/{site}/shifts", json=week, headers=UNSEEN)

    assert answer.status_code == 422
    assert (await browser.get(f"/api/places/{site}/shifts")).json() == []


async def test_a_part_number_exists_once(browser: httpx.AsyncClient) -> None:
    body = {"number": "4711", "name": "Bracket", "ideal_cycle_ms": 1200}
    assert (await browser.post("/api/part-numbers", json=body)).status_code == 201

    assert (await browser.post("/api/part-numbers", json=body)).status_code == 409

    assert len((await browser.get("/api/part-numbers")).json()["items"]) == 1
