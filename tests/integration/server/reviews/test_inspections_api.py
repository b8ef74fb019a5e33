"""Inspections, reviews, figures and the live page as a browser sees them."""

from datetime import timedelta

import httpx
import msgspec
import pytest

from goodpart.server.compose import Server
from goodpart.server.inspections import service as inspections
from goodpart.wire.events import DefectRegion, ImageRef, ImageRole, ImagesKept, StageLatency
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part
from tests.fakes.pictures import bad_part


@pytest.fixture
async def plant(server: Server) -> InspectedPlant:
    return await InspectedPlant.built_in(server.resources.database)


async def test_a_part_is_seen_with_everything_that_is_known_of_it(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant, clock: SteppingClock
) -> None:
    at = clock.now() - timedelta(minutes=1)
    place = DefectRegion(x=8, y=16, width=24, height=24, score=0.9, kind="dent", below_threshold=True)
    bad = msgspec.structs.replace(part(2, at, Verdict.BAD, score=2.5), defects=(place,))
    await plant.passes(part(1, at), bad, part(3, at))
    content = bad_part(1)
    sha256 = await server.resources.objects.put("images", content)
    async with server.resources.database.work() as work:
        frame = ImageRef(role=ImageRole.FRAME, sha256=sha256, media_type="image/png", size_bytes=len(content))
        await inspections.keep_images(
            work, station=plant.station, event=ImagesKept(inspection="part-000002", images=(frame,))
        )
        await inspections.image_arrived(work, gateway=plant.gateway, sha256=sha256, size_bytes=len(content))

    found = (await browser.get("/api/inspections/part-000002")).json()

    assert (found["sequence"], found["verdict"], found["final_verdict"], found["reviewed"]) == (2, "bad", "bad", False)
    assert (found["previous"], found["next"]) == ("part-000001", "part-000003")
    assert (found["station_name"], found["gateway"]) == ("Final check", plant.gateway)
    assert found["output"] == {
        "action": "reject",
        "suppressed": False,
        "outcome": None,
        "trigger_to_output_ms": None,
        "reconciled": False,
        "ejected": False,
    }
    assert found["images"] == [{"role": "frame", "sha256": sha256, "url": f"/api/images/{sha256}", "available": True}]
    assert (await browser.get(found["images"][0]["url"])).content == content
    assert (found["model"], found["reviews"], found["stages"]) == (None, [], [])
    assert found["defects"] == [msgspec.to_builtins(place)]
    assert found["triggered_at"].endswith("Z")

    here = {"station": plant.station}
    listed = (await browser.get("/api/inspections", params={**here, "limit": 2})).json()
    assert [item["sequence"] for item in listed["items"]] == [3, 2]
    rest = await browser.get("/api/inspections", params={**here, "cursor": listed["next"]})
    assert [item["sequence"] for item in rest.json()["items"]] == [1]


async def test_a_review_through_the_api_corrects_the_figures(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock
) -> None:
    at = clock.now() - timedelta(minutes=5)
    await plant.passes(part(1, at), part(2, at, Verdict.UNSURE))

    answer = await browser.post("/api/inspections/part-000002/reviews", json={"verdict": "good", "note": "dust"})

    assert answer.status_code == 201, answer.text
    assert (answer.json()["verdict"], answer.json()["by"], answer.json()["note"]) == ("good", "Ada", "dust")
    detail = (await browser.get("/api/inspections/part-000002")).json()
    assert (detail["verdict"], detail["final_verdict"], detail["reviewed"]) == ("unsure", "good", True)
    assert detail["reviews"] == [answer.json()]
    figures = (await browser.get("/api/kpis", params={"place": plant.site})).json()
    assert figures["quality"] == 1.0
    assert figures["counts"] == {"produced": 2, "good": 2, "bad": 0, "unsure": 0, "no_read": 0, "rejected": 1}
    counts = (await browser.get("/api/inspections/counts", params={"mode": "production"})).json()
    assert counts == {
        "parts": 2,
        "good": 2,
        "bad": 0,
        "unsure": 0,
        "no_read": 0,
        "rejected": 1,
        "first_sequence": 1,
        "last_sequence": 2,
    }


@pytest.mark.parametrize("body", [{"verdict": "unsure"}, {"verdict": "no_read"}, {}, {"verdict": "good", "note": "\0"}])
async def test_a_review_says_good_or_bad(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock, body: dict[str, str]
) -> None:
    await plant.passes(part(1, clock.now()))

    assert (await browser.post("/api/inspections/part-000001/reviews", json=body)).status_code == 422
    assert (await browser.get("/api/inspections/part-000001")).json()["reviews"] == []


async def test_parts_not_looked_at_are_listed_with_their_cause(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant, clock: SteppingClock
) -> None:
    unseen = part(1, clock.now(), Verdict.NO_READ, score=None)
    lost = msgspec.structs.replace(unseen, cause=NoReadCause.CAMERA_FAILED, detail="The camera did not answer.")
    await plant.passes(lost)

    (item,) = (await browser.get("/api/inspections", params={"verdict": "no_read"})).json()["items"]

    assert (item["cause"], item["detail"], item["score"]) == ("camera_failed", "The camera did not answer.", None)


async def test_the_live_page_shows_each_station_as_it_is(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock
) -> None:
    now = clock.now()
    empty = (await browser.get("/api/live/stations")).json()["items"][0]
    assert (empty["mode"], empty["machine_state"], empty["last_inspection"]) == (None, "unknown", None)
    assert empty["kpis"]["oee"] is None

    await plant.runs(now - timedelta(minutes=10), now - timedelta(seconds=10), then=None)
    await plant.passes(
        *(part(n, now - timedelta(seconds=300 - n), Verdict.BAD if n == 5 else Verdict.GOOD) for n in range(40)),
        part(40, now - timedelta(seconds=1), mode=Mode.OBSERVE),
    )

    (tile,) = (await browser.get("/api/live/stations")).json()["items"]

    assert (tile["station"]["name"], tile["line"]["name"], tile["gateway"]["name"]) == (
        "Final check",
        "Line 1",
        "Box 7",
    )
    assert (tile["machine_state"], tile["mode"], tile["part_number"]) == ("running", "observe", "A-100")
    assert (tile["last_inspection"]["sequence"], tile["last_bad"]["sequence"]) == (40, 5)
    assert [item["sequence"] for item in tile["recent"]] == list(range(40, 10, -1))
    assert (tile["kpis"]["counts"]["produced"], tile["kpis"]["counts"]["bad"]) == (40, 1)
    assert (tile["kpis"]["availability"], tile["kpis"]["provisional"]) == (1.0, False)
    assert tile["shift"]["name"]


async def test_a_series_adds_up_to_the_figure(
    browser: httpx.AsyncClient, plant: InspectedPlant, clock: SteppingClock
) -> None:
    start = clock.now() - timedelta(hours=2)
    await plant.passes(*(part(n, start + timedelta(minutes=n)) for n in range(100)))
    window = {"place": plant.line, "from": start.isoformat(), "to": clock.now().isoformat()}

    by_minute = (await browser.get("/api/kpis/series", params=window)).json()["items"]
    by_hour = (await browser.get("/api/kpis/series", params={**window, "step": "hour"})).json()["items"]
    figure = (await browser.get("/api/kpis", params=window)).json()

    assert sum(bar["good"] for bar in by_minute) == sum(bar["good"] for bar in by_hour) == 100
    assert figure["counts"]["produced"] == 100
    assert (len(by_minute), len(by_hour)) == (120, 2)
    assert [bar["at"] for bar in by_minute] == sorted(bar["at"] for bar in by_minute)


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/api/kpis", {"place": "none"}, 404),
        ("/api/kpis", {}, 422),
        ("/api/kpis", {"place": "x", "from": "2026-01-01T00:00:00"}, 422),
        ("/api/kpis", {"place": "x", "from": "2026-10-02T00:00:00Z", "to": "2026-10-01T00:00:00Z"}, 422),
        ("/api/kpis", {"place": "x", "from": "2020-01-01T00:00:00Z"}, 422),
        ("/api/kpis", {"place": "x", "from": "0001-01-01T00:00:00Z"}, 422),
        ("/api/kpis/series", {"place": "x", "from": "2026-10-01T00:00:00Z"}, 422),
        ("/api/kpis/series", {"place": "x", "step": "week"}, 422),
        ("/api/inspections", {"from": "yesterday"}, 422),
        ("/api/inspections", {"verdict": "excellent"}, 422),
        ("/api/inspections", {"sequence": str(2**63)}, 422),
        ("/api/inspections", {"cursor": "garbage"}, 422),
        ("/api/inspections/none", {}, 404),
    ],
)
async def test_a_question_that_cannot_be_answered_says_why(
    browser: httpx.AsyncClient, path: str, query: dict[str, str], status: int
) -> None:
    answer = await browser.get(path, params=query)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["/api/inspections", "/api/inspections/x", "/api/images/" + "0" * 64, "/api/kpis?place=x", "/api/live/stations"],
)
async def test_strangers_see_nothing(stranger: httpx.AsyncClient, path: str) -> None:
    assert (await stranger.get(path)).status_code == 401


def test_defects_and_stages_are_of_the_wire() -> None:
    """The API names the fields of a defect and a stage itself: they must stay those of the wire."""
    assert DefectRegion.__struct_fields__ == ("x", "y", "width", "height", "score", "kind", "below_threshold")
    assert StageLatency.__struct_fields__ == ("stage", "ms")
