"""A person's verdict corrects the part, the figures and the evidence in one step."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from goodpart.kpi.window import Window
from goodpart.server.audit import service as audit
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.errors import InspectionNotFoundError
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.kpis.figures import figures
from goodpart.server.recipes.model import ObservedParts
from goodpart.server.reviews import service as reviews
from goodpart.vision.observed import LiveParts
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part

T = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(T + timedelta(hours=1))


async def review(plant: InspectedPlant, inspection: str, verdict: Verdict, note: str = "") -> None:
    async with plant.database.work() as work:
        await reviews.review(work, inspection, verdict=verdict, note=note)


async def counted(plant: InspectedPlant) -> tuple[int, int, int]:
    """Good, bad and unsure parts, and the quality that they make."""
    async with plant.database.work(read_only=True) as work:
        found = await figures(work, plant.site, Window(T, T + timedelta(hours=1)))
    assert found.oee.quality == found.sums.good / found.sums.produced
    return found.sums.good, found.sums.bad, found.sums.unsure


async def test_a_review_corrects_verdict_and_figures_at_once(database: Database, clock: SteppingClock) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T), part(2, T, Verdict.BAD), part(3, T, Verdict.UNSURE))
    assert await counted(plant) == (1, 1, 1)
    heard: list[Signal] = []
    database.signals.listen("inspection", heard.append)

    clock.advance(1)
    await review(plant, "part-000003", Verdict.GOOD, "a reflection")

    assert await counted(plant) == (2, 1, 0)
    async with database.work(read_only=True) as work:
        kept = await inspections.get(work, "part-000003")
        trail = await audit.list_newest(work, PageRequest(1))
    assert (kept.verdict, kept.final_verdict) == (Verdict.UNSURE, Verdict.GOOD)
    assert [(one.payload["id"], one.payload["reviewed"]) for one in heard] == [("part-000003", True)]
    assert trail.rows[0].entry.action == "inspection.reviewed"
    assert "a reflection" in trail.rows[0].entry.detail


async def test_the_last_review_counts_and_all_are_kept(database: Database, clock: SteppingClock) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T))

    await review(plant, "part-000001", Verdict.BAD, "scratch")
    clock.advance(60)
    await review(plant, "part-000001", Verdict.GOOD, "looked again")

    assert await counted(plant) == (1, 0, 0)
    async with database.work(read_only=True) as work:
        kept = await reviews.of_inspection(work, "part-000001")
    assert [(one.verdict, one.note) for one in kept] == [(Verdict.BAD, "scratch"), (Verdict.GOOD, "looked again")]


async def test_a_review_of_a_part_that_does_not_exist_changes_nothing(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)

    with pytest.raises(InspectionNotFoundError):
        await review(plant, "nothing", Verdict.GOOD)
    async with database.work(read_only=True) as work:
        assert await reviews.of_inspection(work, "nothing") == []


async def test_people_and_gateways_at_the_same_minute_lose_nothing_of_each_other(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(*(part(number, T) for number in range(8)))

    await asyncio.gather(
        *(review(plant, f"part-{number:06}", Verdict.BAD) for number in range(8)),
        *(plant.passes(part(number, T)) for number in range(8, 14)),
    )

    assert await counted(plant) == (6, 8, 0)


async def test_evidence_is_what_people_said_of_observed_parts_of_one_recipe_and_package(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(
        part(1, T, mode=Mode.OBSERVE, score=0.1, recipe="r", package="p"),
        part(2, T, mode=Mode.OBSERVE, score=3.0, verdict=Verdict.BAD, recipe="r", package="p"),
        part(3, T, mode=Mode.OBSERVE, score=0.3, recipe="r", package="p"),
        part(4, T, mode=Mode.OBSERVE, score=None, verdict=Verdict.NO_READ, recipe="r", package="p"),
        part(5, T, mode=Mode.PRODUCTION, score=0.5, recipe="r", package="p"),
        part(6, T, mode=Mode.OBSERVE, score=0.6, recipe="r", package="older"),
        part(7, T, mode=Mode.OBSERVE, score=0.7, recipe="another", package="p"),
    )
    for number in (1, 4, 5, 6, 7):
        await review(plant, f"part-{number:06}", Verdict.GOOD)
    await review(plant, "part-000002", Verdict.BAD)

    async with database.work(read_only=True) as work:
        found = await reviews.ReviewedParts().observed_parts(work, recipe="r", package="p")

    assert found == ObservedParts(LiveParts(good=(0.1,), bad=(3.0,), unreviewed=(0.3,)))


async def test_a_part_counts_once_in_the_evidence_however_often_it_was_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = await InspectedPlant.built_in(database)
    looks = [("SN1", 0.2), ("SN1", 0.9), ("SN2", 2.5), ("SN2", 0.8), ("SN3", 0.4), ("", 0.1), ("SN3", 0.6), ("", 0.3)]
    seen = [
        msgspec.structs.replace(
            part(n, T + timedelta(seconds=n), mode=Mode.OBSERVE, score=score, recipe="r", package="p"), serial=serial
        )
        for n, (serial, score) in enumerate(looks)
    ]
    again = part(7, T + timedelta(seconds=8), inspection="again", mode=Mode.OBSERVE, recipe="r", package="p")
    await plant.passes(*seen, again)
    await review(plant, seen[0].inspection, Verdict.GOOD)
    await review(plant, seen[2].inspection, Verdict.BAD)

    async with database.work(read_only=True) as work:
        found = await reviews.ReviewedParts().observed_parts(work, recipe="r", package="p")
        monkeypatch.setattr(reviews, "NEWEST_LOOKS", 5)
        newest = await reviews.ReviewedParts().observed_parts(work, recipe="r", package="p")

    assert found.newest == LiveParts(good=(0.9,), bad=(0.8,), unreviewed=(0.5, 0.6, 0.1))
    assert newest == ObservedParts(
        newest=LiveParts(unreviewed=(0.5, 0.6, 0.1)), earlier=LiveParts(good=(0.2,), bad=(2.5,))
    )
