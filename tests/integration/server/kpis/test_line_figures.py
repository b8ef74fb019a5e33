"""What the line page shows, asked as a browser asks it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from goodpart.server.compose import Server
from goodpart.wire.events import DefectRegion, InspectionRecorded
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part
from tests.integration.server.conftest import UNSEEN

T = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def showing(one: InspectionRecorded, *regions: tuple[str, float]) -> InspectionRecorded:
    defects = tuple(DefectRegion(x=0, y=0, width=9, height=9, score=score, kind=kind) for kind, score in regions)
    return msgspec.structs.replace(one, defects=defects)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(T + timedelta(hours=2))


@pytest.fixture
async def plant(server: Server) -> InspectedPlant:
    """Half an hour running, ten minutes at fault, then silence; a part every six seconds, 200 of them."""
    built = await InspectedPlant.built_in(server.resources.database)
    await built.runs(T, T + timedelta(minutes=30), then=MachineState.FAULT)
    await built.runs(T + timedelta(minutes=30), T + timedelta(minutes=40), MachineState.FAULT, then=None)
    await built.passes(*(part(n, T + timedelta(seconds=6 * n)) for n in range(200)))
    return built


async def ask(browser: httpx.AsyncClient, plant: InspectedPlant, path: str, **more: str) -> Any:
    window = {"place": plant.line, "from": T.isoformat(), "to": (T + timedelta(hours=1)).isoformat()}
    answer = await browser.get(f"/api/kpis/{path}", params={**window, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_losses_lead_from_planned_time_to_oee(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    losses = await ask(browser, plant, "losses")

    assert (losses["planned"], losses["running"]) == (3600, 1800)
    # Believed for 90 s after the last report, which came 30 s before the end of the ten minutes.
    assert (losses["stops"], losses["unknown"]) == (660, 1140)
    assert (losses["speed"], losses["quality"], losses["valuable"]) == (1400, 0, 400)
    figure = await browser.get(
        "/api/kpis",
        params={"place": plant.line, "from": T.isoformat(), "to": (T + timedelta(hours=1)).isoformat()},
    )
    assert losses["valuable"] / losses["planned"] == pytest.approx(figure.json()["oee"])


async def test_states_are_told_without_a_gap_and_silence_as_unknown(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    (station,) = (await ask(browser, plant, "states"))["items"]

    assert station["station"] == {"id": plant.station, "name": "Final check"}
    assert [span["state"] for span in station["spans"]] == ["running", "fault", "unknown"]
    edges = [span["from"] for span in station["spans"]] + [station["spans"][-1]["to"]]
    assert edges[1:-1] == [span["to"] for span in station["spans"][:-1]]
    assert edges[-1] == "2026-03-02T09:00:00Z"


async def test_a_quarter_of_an_hour_that_is_worse_than_chance_is_a_signal(
    browser: httpx.AsyncClient, plant: InspectedPlant
) -> None:
    late = T + timedelta(minutes=46)
    await plant.passes(*(part(500 + n, late + timedelta(seconds=n), Verdict.BAD) for n in range(40)))
    await plant.passes(part(900, late, Verdict.UNSURE), part(901, late, Verdict.NO_READ, score=None))

    chart = await ask(browser, plant, "control-chart", step="quarter")

    assert chart["mean"] == pytest.approx(40 / 240)
    assert [(point["judged"], point["bad"]) for point in chart["points"]] == [(150, 0), (50, 0), (40, 40)]
    assert [point["signals"] for point in chart["points"]][-1] == ["beyond_limit"]


async def test_the_worst_region_of_a_part_is_its_cause(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    at = T + timedelta(minutes=50)
    unseen = msgspec.structs.replace(part(604, at, Verdict.NO_READ, score=None), cause=NoReadCause.CAMERA_FAILED)
    await plant.passes(
        showing(part(600, at, Verdict.BAD), ("dent", 1.5), ("scratch", 3.0)),
        showing(part(601, at, Verdict.BAD), ("scratch", 2.5)),
        showing(part(602, at, Verdict.BAD), ("", 2.5)),
        part(603, at, Verdict.UNSURE),
        unseen,
        showing(part(605, at, Verdict.BAD, mode=Mode.OBSERVE), ("scratch", 2.5)),
    )

    bars = (await ask(browser, plant, "pareto"))["items"]

    assert (bars[0]["kind"], bars[0]["count"], bars[0]["share"]) == ("scratch", 2, 0.4)
    assert {(bar["verdict"], bar["kind"], bar["cause"]) for bar in bars[1:]} == {
        ("bad", "", None),
        ("unsure", "", None),
        ("no_read", "", "camera_failed"),
    }
    assert bars[-1]["cumulative"] == 1.0


async def test_the_shifts_of_a_time_are_told_whole(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    early = {"name": "Early", "weekdays": [0, 1, 2, 3, 4], "start": "06:00", "end": "14:00"}
    changed = await browser.put(f"/api/places/{plant.site}/shifts", json=[early], headers=UNSEEN)
    assert changed.status_code == 200

    (shift,) = (await ask(browser, plant, "shifts"))["items"]

    assert shift == {"name": "Early", "from": "2026-03-02T05:00:00Z", "to": "2026-03-02T13:00:00Z"}


async def test_the_overview_has_each_line_with_the_figures_of_its_stations(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock
) -> None:
    lone = {"kind": "station", "name": "Gate", "parent": plant.site}
    gate = (await browser.post("/api/places", json=lone)).json()["id"]
    await plant.passes(part(900, clock.now() - timedelta(minutes=1), Verdict.BAD))

    tiles = (await browser.get("/api/live/lines")).json()["items"]
    alone, line = sorted(tiles, key=lambda tile: str(tile["line"]["name"]))

    assert (line["line"], line["stations"]) == ({"id": plant.line, "name": "Line 1"}, [plant.station])
    assert (line["kpis"]["counts"]["produced"], line["kpis"]["counts"]["bad"]) == (201, 1)
    assert (line["kpis"]["from"], line["shift"]["from"]) == (line["shift"]["from"], line["kpis"]["from"])
    assert (alone["line"]["name"], alone["stations"], alone["kpis"]["oee"]) == ("Gate", [gate], None)


async def test_a_question_that_cannot_be_answered_says_why(
    browser: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for path in ("losses", "states", "control-chart", "pareto", "shifts"):
        assert (await browser.get(f"/api/kpis/{path}", params={"place": "none"})).status_code == 404
        assert (await browser.get(f"/api/kpis/{path}")).status_code == 422
        assert (await stranger.get(f"/api/kpis/{path}", params={"place": "none"})).status_code == 401
    long = {"place": "none", "from": "2025-06-01T00:00:00Z"}
    assert (await browser.get("/api/kpis/states", params=long)).json()["code"] == "window_invalid"
