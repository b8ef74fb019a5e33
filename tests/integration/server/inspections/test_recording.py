"""What a journal brings is kept once, whatever is sent again, and nothing is dropped."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.errors import InspectionNotFoundError, UnusableInspectionError
from goodpart.server.inspections.model import InspectionFilter, RecordOutcome
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.wire.events import (
    Action,
    DefectRegion,
    EjectConfirmed,
    ImageRef,
    ImageRole,
    ImagesKept,
    OpticsMark,
    OutputOutcome,
    OutputRecorded,
    StageLatency,
)
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.inspected_plant import InspectedPlant, part

T = datetime(2026, 3, 2, 8, tzinfo=UTC)
FRAME = ImageRef(role=ImageRole.FRAME, sha256="a" * 64, media_type="image/jpeg", size_bytes=100)
HEAT = ImageRef(role=ImageRole.HEAT, sha256="b" * 64, media_type="image/png", size_bytes=10)


async def test_a_part_is_kept_as_the_gateway_said_it(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    said = part(7, T, Verdict.BAD, score=2.5)
    stages = (StageLatency(stage="grab", ms=12.5), StageLatency(stage="infer", ms=4.0))
    region = DefectRegion(x=1, y=2, width=3, height=4, score=2.5, kind="scratch\0")
    mark = OpticsMark(code="too_dark", sentence="The picture is too dark. Check the light.")
    said = msgspec.structs.replace(said, latency=stages, defects=(region,), optics=(mark,))

    assert await plant.passes(said) == [RecordOutcome.RECORDED]

    async with database.work(read_only=True) as work:
        kept = await inspections.get(work, said.inspection)
    assert (kept.sequence, kept.verdict, kept.final_verdict, kept.score) == (7, Verdict.BAD, Verdict.BAD, 2.5)
    assert (kept.triggered_at, kept.station, kept.gateway) == (T, plant.station, plant.gateway)
    assert kept.latency == stages
    assert kept.latency_ms == 16.5
    assert kept.defects[0].kind == "scratch\N{REPLACEMENT CHARACTER}"
    assert kept.optics == (mark,)
    assert kept.output is not None
    assert kept.output.rejects


async def test_the_same_part_sent_again_changes_nothing(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(7, T))

    assert await plant.passes(part(7, T), part(7, T)) == [RecordOutcome.ALREADY_KNOWN] * 2
    async with database.work(read_only=True) as work:
        assert (await inspections.count(work, InspectionFilter())).parts == 1


async def test_a_second_part_with_the_same_number_is_kept_and_flagged(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)

    outcomes = await plant.passes(
        part(7, T, inspection="first"), part(7, T, inspection="second"), part(7, T, inspection="third")
    )

    assert outcomes == [RecordOutcome.RECORDED, RecordOutcome.REPEATS_SEQUENCE, RecordOutcome.REPEATS_SEQUENCE]
    async with database.work(read_only=True) as work:
        assert (await inspections.count(work, InspectionFilter(station=plant.station))).parts == 3
        assert (await inspections.get(work, "first")).repeats is None
        assert (await inspections.get(work, "second")).repeats == "first"
        assert (await inspections.get(work, "third")).repeats == "first"


async def test_an_id_of_another_stations_part_is_told_and_overwrites_nothing(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(7, T, inspection="mine"))
    async with database.work() as work:
        other = await places.create(work, PlaceKind.STATION, "Another", plant.line)
        outcome = await inspections.record(
            work, gateway=plant.gateway, station=other.id, event=part(1, T, Verdict.BAD, inspection="mine")
        )

    assert outcome is RecordOutcome.ID_TAKEN
    async with database.work(read_only=True) as work:
        kept = await inspections.get(work, "mine")
    assert (kept.station, kept.sequence, kept.verdict) == (plant.station, 7, Verdict.GOOD)


async def test_the_output_and_the_eject_are_told_of_the_part_they_belong_to(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(7, T, Verdict.BAD))
    done = OutputRecorded(
        inspection="part-000007",
        sequence=7,
        action=Action.REJECT,
        outcome=OutputOutcome.CONFIRMED,
        trigger_to_output_ms=41.5,
    )
    for _ in range(2):
        async with database.work() as work:
            told = await inspections.record_output(work, station=plant.station, event=done)
            ejected = await inspections.record_eject(work, station=plant.station, event=EjectConfirmed(sequence=7))
        assert told is not None
        assert ejected is not None
        assert told.triggered_at == ejected.triggered_at == T
        assert ejected.inspection == "part-000007"

    async with database.work(read_only=True) as work:
        output = (await inspections.get(work, "part-000007")).output
    assert output is not None
    assert (output.outcome, output.trigger_to_output_ms, output.ejected) == (OutputOutcome.CONFIRMED, 41.5, True)


async def test_an_output_of_a_part_that_nobody_recorded_is_told(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    done = OutputRecorded(inspection="unknown", sequence=9, action=Action.PASS, outcome=OutputOutcome.NOT_WRITTEN)
    async with database.work() as work:
        assert await inspections.record_output(work, station=plant.station, event=done) is None
        assert await inspections.record_eject(work, station=plant.station, event=EjectConfirmed(sequence=9)) is None
        kept = ImagesKept(inspection="unknown", images=(FRAME,))
        assert await inspections.keep_images(work, station=plant.station, event=kept) is None


@pytest.mark.parametrize("arrives_first", [True, False])
async def test_an_image_is_available_once_it_has_arrived(database: Database, arrives_first: bool) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(7, T))

    async def arrives() -> None:
        async with database.work() as work:
            await inspections.image_arrived(work, gateway=plant.gateway, sha256="a" * 64, size_bytes=100)

    if arrives_first:
        await arrives()
    for _ in range(2):
        async with database.work() as work:
            kept = ImagesKept(inspection="part-000007", images=(FRAME, HEAT))
            assert await inspections.keep_images(work, station=plant.station, event=kept) is not None
    if not arrives_first:
        await arrives()
    await arrives()

    async with database.work(read_only=True) as work:
        images = (await inspections.get(work, "part-000007")).images
        assert await inspections.has_arrived(work, "a" * 64)
        assert not await inspections.has_arrived(work, "b" * 64)
    assert {image.role: image.available for image in images} == {ImageRole.FRAME: True, ImageRole.HEAT: False}


async def test_an_unusable_part_leaves_the_batch_as_it_was(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    async with database.work() as work:
        await inspections.record(work, gateway=plant.gateway, station=plant.station, event=part(1, T))
        with pytest.raises(UnusableInspectionError):
            await inspections.record(
                work, gateway=plant.gateway, station=plant.station, event=part(2, T, score=float("inf"))
            )
        await inspections.record(work, gateway=plant.gateway, station=plant.station, event=part(3, T))

    async with database.work(read_only=True) as work:
        assert (await inspections.count(work, InspectionFilter())).parts == 2
        with pytest.raises(InspectionNotFoundError):
            await inspections.get(work, "part-000002")


async def test_a_list_goes_on_where_it_stopped_while_parts_arrive(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(*(part(number, T + timedelta(seconds=number // 2)) for number in range(10)))
    seen: list[int] = []
    cursor: str | None = None
    while True:
        async with database.work(read_only=True) as work:
            page = await inspections.list_newest(work, InspectionFilter(), PageRequest(3, cursor))
        seen += [one.sequence for one in page.rows]
        await plant.passes(part(100 + len(seen), T + timedelta(hours=1)))
        cursor = page.next
        if cursor is None:
            break

    assert seen == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]


async def test_parts_are_counted_and_found_by_what_they_are(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(
        part(1, T),
        part(2, T + timedelta(seconds=1), Verdict.BAD),
        part(3, T + timedelta(seconds=2), Verdict.NO_READ, score=None),
        part(4, T + timedelta(seconds=3), Verdict.UNSURE, mode=Mode.OBSERVE),
    )
    async with database.work(read_only=True) as work:
        counts = await inspections.count(work, InspectionFilter(mode=Mode.PRODUCTION))
        bad = await inspections.list_newest(work, InspectionFilter(verdict=Verdict.BAD), PageRequest())
        late = await inspections.list_newest(work, InspectionFilter(start=T + timedelta(seconds=2)), PageRequest())
        none = await inspections.count(work, InspectionFilter(station="nowhere"))

    assert (counts.parts, counts.good, counts.bad, counts.unsure, counts.no_read) == (3, 1, 1, 0, 1)
    assert (counts.rejected, counts.first_sequence, counts.last_sequence) == (2, 1, 3)
    assert [one.sequence for one in bad.rows] == [2]
    assert [one.sequence for one in late.rows] == [4, 3]
    assert (none.parts, none.good, none.first_sequence) == (0, 0, None)


async def test_browsers_hear_of_a_part_after_the_commit_and_never_of_one_rolled_back(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    heard: list[Signal] = []
    database.signals.listen("inspection", heard.append)
    async with database.work() as work:
        await inspections.record(work, gateway=plant.gateway, station=plant.station, event=part(1, T))
        await inspections.announce(work, ["part-000001"])
        assert heard == []
    with pytest.raises(InspectionNotFoundError):
        await _announced_and_failed(database)

    assert [signal.payload["sequence"] for signal in heard] == [1]
    assert heard[0].payload["station_name"] == "Final check"
    assert heard[0].payload["triggered_at"] == "2026-03-02T08:00:00Z"


async def _announced_and_failed(database: Database) -> None:
    async with database.work() as work:
        await inspections.announce(work, ["part-000001"])
        await inspections.get(work, "no such part")
