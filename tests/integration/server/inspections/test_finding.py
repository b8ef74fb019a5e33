"""Finding parts: every filter narrows the list, the counts and the exported table alike."""

import csv
import io
from datetime import timedelta

import httpx
import msgspec
import pytest

from goodpart.server.compose import Server
from goodpart.server.inspections import export
from goodpart.wire.events import DefectRegion, InspectionRecorded
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part


def with_serial(one: InspectionRecorded, serial: str, *kinds: str) -> InspectionRecorded:
    defects = tuple(DefectRegion(x=1, y=2, width=3, height=4, score=2.5, kind=kind) for kind in kinds)
    return msgspec.structs.replace(one, serial=serial, defects=defects)


@pytest.fixture
async def plant(server: Server, clock: SteppingClock) -> InspectedPlant:
    """Four parts, a minute apart, the newest a moment ago."""
    built = await InspectedPlant.built_in(server.resources.database)
    at = clock.now() - timedelta(minutes=4)
    await built.passes(
        with_serial(part(1, at, score=0.25), "WB-0001"),
        with_serial(part(2, at + timedelta(minutes=1), Verdict.BAD, score=2.5), "WB-0002", "scratch", "dent"),
        with_serial(part(3, at + timedelta(minutes=2), Verdict.UNSURE, score=1.5), "100%_7", "scratch"),
        with_serial(part(42, at + timedelta(minutes=3), Verdict.NO_READ, score=None), "=1+1"),
    )
    return built


FOUND: tuple[tuple[dict[str, str], list[int]], ...] = (
    ({"find": "wb-"}, [2, 1]),
    ({"find": "WB-0002"}, [2]),
    ({"find": "B-0"}, []),
    ({"find": "42"}, [42]),
    ({"find": "100%_"}, [3]),
    ({"find": "1"}, [3, 1]),
    ({"find": "9" * 40}, []),
    ({"find": "' OR 1=1 --"}, []),
    ({"serial": "WB-0001"}, [1]),
    ({"serial": "WB-000"}, []),
    ({"lowest_score": "1.5"}, [3, 2]),
    ({"lowest_score": "1", "highest_score": "2"}, [3]),
    ({"highest_score": "0.25"}, [1]),
    ({"defect": "scratch"}, [3, 2]),
    ({"defect": "dent", "verdict": "bad"}, [2]),
    ({"defect": "scra"}, []),
    ({"defect": '"'}, []),
)


async def test_a_filter_means_the_same_to_the_list_the_counts_and_the_table(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    for query, sequences in FOUND:
        listed = (await browser.get("/api/inspections", params=query)).json()["items"]
        counted = (await browser.get("/api/inspections/counts", params=query)).json()
        table = await browser.get("/api/inspections/export", params=query)

        assert [item["sequence"] for item in listed] == sequences, query
        assert counted["parts"] == len(sequences), query
        assert [int(row["sequence"]) for row in csv.DictReader(io.StringIO(table.text))] == sequences, query


async def test_parts_are_found_by_any_place_above_their_station(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    other = await browser.post("/api/places", json={"kind": "line", "name": "Line 2", "parent": plant.site})
    for place, parts in ((plant.site, 4), (plant.line, 4), (plant.station, 4), (other.json()["id"], 0)):
        found = (await browser.get("/api/inspections", params={"place": place})).json()["items"]
        assert len(found) == parts


async def test_parts_are_found_by_the_model_that_looked_at_them(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant, clock: SteppingClock
) -> None:
    model = await plant.learns(server.resources.objects)
    unused = await plant.learns(server.resources.objects, "later", approve=False)
    package = (await browser.get(f"/api/models/{model}")).json()["package_sha256"]
    await plant.passes(part(50, clock.now(), package=package))

    found = (await browser.get("/api/inspections", params={"model": model})).json()["items"]

    assert [item["sequence"] for item in found] == [50]
    assert (await browser.get("/api/inspections", params={"model": unused})).json()["items"] == []


REFUSED: tuple[tuple[dict[str, str], int], ...] = (
    ({"place": "nowhere"}, 404),
    ({"model": "none"}, 404),
    ({"find": ""}, 422),
    ({"find": "a\0"}, 422),
    ({"find": "x" * 201}, 422),
    ({"lowest_score": "nan"}, 422),
    ({"highest_score": "high"}, 422),
)


async def test_what_cannot_be_looked_for_is_refused_before_anything_is_sent(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for path in ("/api/inspections", "/api/inspections/export"):
        assert (await stranger.get(path)).status_code == 401
        for query, status in REFUSED:
            answer = await browser.get(path, params=query)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), query


async def test_the_table_goes_on_past_what_is_read_at_once_and_runs_no_formula(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "ROWS_AT_ONCE", 3)
    await plant.passes(*(part(n, clock.now() - timedelta(hours=1)) for n in range(100, 108)))

    answer = await browser.get("/api/inspections/export", params={"separator": "semicolon"})

    assert answer.headers["content-disposition"] == 'attachment; filename="inspections.csv"'
    assert answer.text.startswith("\ufefftriggered_at;station;")
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter=";"))
    listed = (await browser.get("/api/inspections")).json()["items"]
    assert [row["id"] for row in rows] == [item["id"] for item in listed]
    assert len(rows) == 4 + 8
    assert (rows[0]["serial"], rows[0]["score"], rows[0]["verdict"]) == ("'=1+1", "", "no_read")
    assert (rows[2]["defects"], rows[2]["action"], rows[2]["station"]) == ("scratch dent", "reject", "Final check")
    for row, item in zip(rows, listed, strict=True):
        output = item["output"] or {"action": None, "suppressed": None, "outcome": None, "ejected": None}
        told = {
            name: item[name] for name in ("part_number", "final_verdict", "mode", "good_below", "cause", "latency_ms")
        }
        for name, said in {**told, **output}.items():
            if name in row:
                assert row[name] == ("" if said is None else str(said).lower() if said in {True, False} else str(said))
