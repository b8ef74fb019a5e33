"""Figures of a station: recomputed from what was recorded, whatever the order in which it came."""

from datetime import UTC, datetime, time, timedelta

import pytest

from goodpart.kpi.minutes import affected_minutes
from goodpart.kpi.window import Window
from goodpart.server.inspections import service as inspections
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.kpis import service as kpis
from goodpart.server.kpis.errors import UnusableStateError
from goodpart.server.kpis.figures import figures as figures_of
from goodpart.server.kpis.model import Figures
from goodpart.server.places import service as places
from goodpart.server.places.errors import PlaceNotFoundError
from goodpart.server.places.model import ShiftPlan
from goodpart.wire.events import MachineStateChanged
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part

T = datetime(2026, 3, 2, 8, 0, 20, tzinfo=UTC)
HOUR = Window(T, T + timedelta(hours=1))


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(T + timedelta(hours=2))


async def figures(plant: InspectedPlant, place: str | None = None, window: Window = HOUR) -> Figures:
    async with plant.database.work(read_only=True) as work:
        return await figures_of(work, place or plant.station, window)


async def test_oee_is_availability_times_effectiveness_times_quality(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.runs(T, T + timedelta(minutes=30))
    await plant.passes(
        *(part(n, T + timedelta(seconds=6 * n), Verdict.BAD if n % 10 == 0 else Verdict.GOOD) for n in range(200))
    )

    found = await figures(plant)

    assert (found.sums.produced, found.sums.good, found.sums.bad, found.sums.rejected) == (200, 180, 20, 20)
    assert (found.sums.busy_ms, found.sums.busy_running_ms) == (3_600_000, 1_800_000)
    assert found.oee.availability == 0.5
    assert found.oee.effectiveness == pytest.approx(200 * 2000 / 1_800_000)
    assert found.oee.quality == 0.9
    assert found.oee.oee == pytest.approx(0.5 * (200 * 2000 / 1_800_000) * 0.9)


@pytest.mark.parametrize("place", ["site", "line", "station"])
async def test_figures_of_a_place_are_those_of_its_stations(database: Database, place: str) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T), part(2, T + timedelta(minutes=5)))

    assert (await figures(plant, getattr(plant, place))).sums.produced == 2


async def test_an_unknown_place_has_no_figures(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)

    with pytest.raises(PlaceNotFoundError):
        await figures(plant, "nowhere")


async def test_a_station_that_was_never_heard_of_has_no_ratio(database: Database) -> None:
    found = await figures(await InspectedPlant.built_in(database))

    assert found.sums.length_ms == 0
    assert found.oee.oee is None


async def test_time_before_a_station_was_first_heard_of_is_not_held_against_it(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.runs(T + timedelta(minutes=50), T + timedelta(minutes=60))

    found = await figures(plant)

    assert found.sums.busy_ms == 600_000
    assert found.oee.availability == 1.0


async def test_silence_is_unknown_time_within_planned_busy_time(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T))

    found = await figures(plant)

    assert found.sums.busy_ms == 3_600_000
    assert found.sums.busy_unknown_ms == 3_600_000
    assert found.oee.availability == 0.0


async def test_time_to_come_is_left_out(database: Database, clock: SteppingClock) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T))

    found = await figures(plant, window=Window(T, clock.now() + timedelta(days=1)))

    assert found.sums.length_ms == 2 * 3_600_000


async def test_late_events_change_the_minutes_they_belong_to(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(3, T + timedelta(minutes=40)))
    await plant.runs(T + timedelta(minutes=30), T + timedelta(minutes=45))
    await plant.runs(T, T + timedelta(minutes=30), MachineState.FAULT, then=None)
    await plant.passes(part(1, T), part(2, T + timedelta(seconds=40)))

    found = await figures(plant)

    assert found.sums.produced == 3
    assert (found.sums.fault_ms, found.sums.running_ms, found.sums.unknown_ms) == (1_800_000, 900_000, 900_000)


async def test_the_same_report_twice_changes_nothing(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.runs(T, T + timedelta(minutes=5))
    before = await figures(plant)
    await plant.runs(T, T + timedelta(minutes=5))

    assert (await figures(plant)).sums == before.sums
    async with database.work() as work:
        again = MachineStateChanged(state=MachineState.RUNNING, since=T, part_number="A-100")
        epoch = f"{MachineState.RUNNING}{T}"
        minutes = await kpis.apply_machine_state(work, station=plant.station, epoch=epoch, number=1, event=again)
    assert minutes == ()


async def test_only_production_enters_oee(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.passes(part(1, T), part(2, T, mode=Mode.OBSERVE), part(3, T, mode=Mode.CHALLENGE))

    assert (await figures(plant)).sums.produced == 1


async def test_time_in_observe_is_no_planned_busy_time_and_a_promotion_counts_from_its_moment(
    database: Database,
) -> None:
    plant = await InspectedPlant.built_in(database)
    promoted = T + timedelta(minutes=20, seconds=13, milliseconds=250)
    await plant.runs(T, promoted, mode=Mode.OBSERVE, then=None)
    observed = await figures(plant, window=Window(T, promoted))
    await plant.runs(promoted, T + timedelta(hours=1), mode=Mode.PRODUCTION, then=None)
    await plant.passes(
        part(1, T, mode=Mode.OBSERVE), *(part(n, promoted + timedelta(seconds=2 * n)) for n in range(2, 302))
    )

    found = await figures(plant)

    assert (observed.sums.running_ms, observed.sums.busy_ms, observed.oee.oee) == (1_213_250, 0, None)
    assert found.sums.running_ms == 3_600_000
    assert (found.sums.busy_ms, found.sums.busy_running_ms) == (2_386_750, 2_386_750)
    assert found.oee.effectiveness == pytest.approx(300 * 2000 / 2_386_750)


async def test_parts_after_the_shift_count_but_not_in_oee(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    async with database.work() as work:
        morning = ShiftPlan("early", frozenset(range(7)), time(6), time(9, 30))
        await places.set_shifts(work, plant.site, [morning])  # ends 08:30 UTC in winter
    await plant.passes(part(1, T), part(2, T + timedelta(minutes=50)))

    found = await figures(plant)

    assert found.sums.produced == 2
    assert found.sums.busy_produced == 1
    assert found.sums.busy_ms == 1_800_000 - 20_000


async def test_a_cut_through_a_minute_counts_what_lies_in_it(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.runs(T, T + timedelta(minutes=10))
    await plant.passes(*(part(n, T + timedelta(seconds=3 * n)) for n in range(100)))
    whole = await figures(plant, window=Window(T, T + timedelta(minutes=5)))
    cut = T + timedelta(seconds=137, milliseconds=500)

    first = await figures(plant, window=Window(T, cut))
    second = await figures(plant, window=Window(cut, T + timedelta(minutes=5)))

    assert first.sums + second.sums == whole.sums
    assert first.sums.produced == 46


async def test_a_machine_is_unknown_once_its_report_is_too_old(database: Database, clock: SteppingClock) -> None:
    plant = await InspectedPlant.built_in(database)
    async with database.work() as work:
        for number, ago in ((1, 100), (2, 70), (3, 40), (4, 10)):
            state = MachineState.FAULT if number == 1 else MachineState.RUNNING
            said = MachineStateChanged(state=state, since=clock.now() - timedelta(seconds=ago))
            await kpis.apply_machine_state(work, station=plant.station, epoch="e", number=number, event=said)

    async with database.work(read_only=True) as work:
        now = await kpis.state_now(work, plant.station)
    assert (now.state, now.since) == (MachineState.RUNNING, clock.now() - timedelta(seconds=70))

    clock.advance(80)
    async with database.work(read_only=True) as work:
        assert (await kpis.state_now(work, plant.station)).state is MachineState.UNKNOWN


async def test_an_impossible_time_is_refused_before_anything_is_written(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    async with database.work() as work:
        impossible = MachineStateChanged(state=MachineState.RUNNING, since=datetime(9999, 12, 31, tzinfo=UTC))
        with pytest.raises(UnusableStateError):
            await kpis.apply_machine_state(work, station=plant.station, epoch="e", number=1, event=impossible)
    assert (await figures(plant)).sums.length_ms == 0


async def test_a_recompute_tells_the_live_page(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    heard: list[Signal] = []
    database.signals.listen("kpis", heard.append)
    database.signals.listen("station", heard.append)
    await plant.passes(part(1, database.clock.now() - timedelta(minutes=1)))

    station, figure = (signal.payload for signal in heard)
    assert (station["station"], station["machine_state"]) == (plant.station, "unknown")
    assert figure["kpis"]["counts"]["produced"] == 1
    assert {"from", "to", "oee"} <= figure["kpis"].keys()


async def test_stored_minutes_are_what_a_recompute_from_nothing_gives(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    for number in range(20):
        await plant.passes(part(number, T + timedelta(seconds=(number * 37) % 300)))
        if number % 5 == 0:
            await plant.runs(T + timedelta(seconds=number * 7), T + timedelta(seconds=number * 7 + 45))
    stored = await figures(plant)
    async with database.work() as work:
        everything = await inspections.parts_between(work, plant.station, HOUR.start, HOUR.end)
        minutes = affected_minutes(parts=[one.at for one in everything])
        await kpis.recompute(work, plant.station, minutes)

    assert (await figures(plant)).sums == stored.sums
    assert stored.sums.produced == 20


async def test_after_a_change_of_the_calendar_stored_minutes_are_those_of_the_new_one(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    await plant.runs(T, T + timedelta(minutes=30))
    await plant.passes(*(part(n, T + timedelta(seconds=6 * n)) for n in range(200)))
    before = await figures(plant)
    async with database.work() as work:
        await places.set_shifts(work, plant.site, [ShiftPlan("late", frozenset(range(7)), time(18), time(22))])
        await kpis.recompute_all(work, plant.site)

    after = await figures(plant)

    assert before.sums.busy_produced == 200
    assert (after.sums.produced, after.sums.busy_produced, after.sums.busy_ms) == (200, 0, 0)
