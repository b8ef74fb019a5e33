"""After a change of the calendar, figures of the past are those that the new calendar would always have made."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import httpx
import pytest

from goodpart.kpi.minutes import StationMinute
from goodpart.kpi.shifts import Break, Shift
from goodpart.kpi.window import Window
from goodpart.server.calendars import service as calendars
from goodpart.server.calendars.model import Exceptional, Plan, Week
from goodpart.server.compose import Server
from goodpart.server.kit.work import Database
from goodpart.server.kpis import repository
from goodpart.server.kpis import service as kpis
from goodpart.server.kpis.recomputer import Recomputer
from goodpart.server.recomputations import service as recomputations
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import InspectedPlant, part

T = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday
DAYS = Window(T - timedelta(days=3), T + timedelta(days=3))
EARLY = Shift("early", time(6), time(9, 30), breaks=(Break(time(9), time(9, 10)),))
LATE = Shift("late", time(9, 30), time(18))


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(T + timedelta(days=2))


async def _stored(database: Database, station: str) -> list[StationMinute]:
    async with database.work(read_only=True) as work:
        return await repository.minutes_within(work.session, station, DAYS)


async def _set(plant: InspectedPlant, plan: Plan) -> None:
    async with plant.database.work() as work:
        await calendars.replace(work, plant.site, plan)


async def _recompute_all(plant: InspectedPlant) -> int:
    steps = 0
    recomputer = Recomputer(plant.database)
    while await recomputer.step():
        steps += 1
    return steps


@pytest.fixture
async def plant(database: Database) -> InspectedPlant:
    """Two hours of production on a Monday, half an hour of it on the Tuesday."""
    built = await InspectedPlant.built_in(database)
    await built.runs(T, T + timedelta(hours=1, minutes=50))
    await built.passes(*(part(n, T + timedelta(seconds=45 * n)) for n in range(150)))
    tomorrow = T + timedelta(days=1)
    await built.passes(*(part(500 + n, tomorrow + timedelta(seconds=45 * n)) for n in range(40)))
    return built


PLANS = {
    "shifts": Plan((Week(None, (EARLY, LATE)),)),
    "from Tuesday on": Plan((Week(None, (EARLY,)), Week(date(2026, 3, 3), (LATE,)))),
    "a holiday": Plan((Week(None, (EARLY, LATE)),), (Exceptional(date(2026, 3, 2), date(2026, 3, 2), "fair"),)),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
async def test_stored_minutes_become_those_of_a_fresh_computation(plant: InspectedPlant, plan: Plan) -> None:
    round_the_clock = await _stored(plant.database, plant.station)
    await _set(plant, plan)
    assert await _stored(plant.database, plant.station) == round_the_clock  # the change itself does not wait for it

    await _recompute_all(plant)

    followed = await _stored(plant.database, plant.station)
    async with plant.database.work() as work:
        await kpis.recompute(work, plant.station, {row.minute for row in round_the_clock})
    assert followed == await _stored(plant.database, plant.station)
    assert followed != round_the_clock
    assert {row.shift for row in round_the_clock} == {"all day"}
    await _set(plant, Plan())
    await _recompute_all(plant)
    assert await _stored(plant.database, plant.station) == round_the_clock


async def test_it_is_done_a_few_minutes_at_a_time_and_goes_on_after_a_kill(plant: InspectedPlant) -> None:
    await _set(plant, PLANS["shifts"])
    assert await Recomputer(plant.database).step()
    async with plant.database.work(read_only=True) as work:
        assert await recomputations.waiting(work, [plant.station]) == {plant.station}
    names = {row.shift for row in await _stored(plant.database, plant.station)}
    assert names == {"early", "all day"}

    assert await _recompute_all(plant) == 4  # 141 minutes, 30 at a time

    async with plant.database.work(read_only=True) as work:
        assert await recomputations.waiting(work, [plant.station]) == set()
    assert {row.shift for row in await _stored(plant.database, plant.station)} == {"early", "late"}


async def test_a_holiday_has_only_its_own_minutes_recomputed(plant: InspectedPlant) -> None:
    await _set(plant, PLANS["shifts"])
    await _recompute_all(plant)
    monday = [row for row in await _stored(plant.database, plant.station) if row.minute.day == 2]

    on_tuesday = Exceptional(date(2026, 3, 3), date(2026, 3, 3), "fair")
    await _set(plant, Plan(PLANS["shifts"].weeks, (on_tuesday,)))

    assert await _recompute_all(plant) == 2
    after = await _stored(plant.database, plant.station)
    assert [row for row in after if row.minute.day == 2] == monday
    assert {row.shift for row in after if row.minute.day == 3} == {""}


async def test_what_arrives_meanwhile_is_made_by_the_new_calendar(plant: InspectedPlant) -> None:
    await _set(plant, PLANS["shifts"])
    await Recomputer(plant.database).step()
    await plant.passes(part(900, T + timedelta(hours=1, minutes=45)), part(901, T + timedelta(days=1, hours=9)))

    await _recompute_all(plant)

    rows = await _stored(plant.database, plant.station)
    assert sum(row.sums.produced for row in rows) == 192
    shifts = {row.minute: row.shift for row in rows}
    assert shifts[T + timedelta(hours=1, minutes=45)] == "late"
    assert shifts[T + timedelta(days=1, hours=9)] == ""


async def test_a_running_server_does_it_by_itself_and_tells_the_live_page(plant: InspectedPlant) -> None:
    told = asyncio.Event()
    plant.database.signals.listen("kpis", lambda _: told.set())
    running = asyncio.create_task(Recomputer(plant.database).run())
    await _set(plant, PLANS["shifts"])

    async with asyncio.timeout(20):
        await told.wait()

    running.cancel()
    await asyncio.wait({running})
    assert {row.shift for row in await _stored(plant.database, plant.station)} == {"early", "late"}


async def test_the_consequence_of_a_calendar_is_told_before_it_is_saved(
    server: Server, browser: httpx.AsyncClient
) -> None:
    plant = await InspectedPlant.built_in(server.resources.database)
    await plant.passes(part(1, T))
    shift = {"name": "early", "start": "06:00", "end": "14:00", "weekdays": [1, 2, 3, 4, 5], "breaks": []}
    night = {**shift, "name": "night", "start": "22:00", "end": "06:00", "weekdays": [6]}
    path = f"/api/places/{plant.site}/calendar/consequence"

    told = (await browser.post(path, json={"weeks": [{"first": None, "shifts": [shift, night]}]})).json()

    assert told["weeks"] == [{"first": None, "planned_min": 6 * 480, "planned_min_before": 7 * 1440}]
    assert told["past"] == {
        "since": "2026-03-02T08:00:00Z",
        "planned_min": 300 + 480 + 180,
        "planned_min_before": 2 * 1440,
        "stations": 1,
    }
    lost = {"name": "night", "day": "2026-03-28", "usual_min": 480, "length_min": 420}
    assert told["clock_changes"][0] == {"day": "2026-03-29", "change_min": -60, "shifts": [lost]}
    later = {"weeks": [{"first": None, "shifts": []}, {"first": "2026-04-01", "shifts": [shift]}]}
    assert (await browser.post(path, json=later)).json()["past"] is None
