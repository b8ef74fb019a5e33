"""A new desired state takes effect between two parts; one that is not acceptable changes nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from goodpart.gateway.health.station_status import StationStatus, read_status
from goodpart.gateway.signals.port import MachineSignal
from goodpart.gateway.station.sight import Eye
from goodpart.trust.signatures import SoftwareSigner
from goodpart.vision.errors import PackageError
from goodpart.wire.desired import StationSpec
from goodpart.wire.events import MachineStateChanged, RecipeActivated
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.eyes import ReadingEye, picture
from tests.fakes.gateways import STATION, recipe, station
from tests.fakes.lines import UNSURE
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually

OTHER = "b" * 64


def observing(**changes: object) -> StationSpec:
    changed = msgspec.structs.replace(recipe(mode=Mode.OBSERVE), **changes)
    return station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/", changed)


@pytest.fixture
async def observer(tmp_path: Path) -> AsyncIterator[RunningStation]:
    running = RunningStation(tmp_path / "gateway", observing())
    await running.start()
    await eventually(lambda: running.machine.beats)
    yield running
    await running.close()


def status(running: RunningStation) -> StationStatus:
    found = read_status(running.gateway.folders.station(STATION).status)
    assert found is not None
    return found


def activated(running: RunningStation) -> list[int]:
    bodies = [event.body for event in running.bodies(RecipeActivated)]
    return [body.desired_revision for body in bodies if isinstance(body, RecipeActivated)]


async def test_a_promotion_takes_effect_and_is_on_record_and_said(observer: RunningStation) -> None:
    observer.machine.next_part()
    await observer.recorded(1)
    observer.gateway.activate(2, observing(mode=Mode.PRODUCTION, revision=2))
    await eventually(lambda: status(observer).desired_revision == 2)
    observer.machine.next_part()
    await observer.recorded(2)
    first, second = observer.journal_content.inspections()
    assert (first.mode, first.recipe_revision) == (Mode.OBSERVE, 1)
    assert (second.mode, second.recipe_revision) == (Mode.PRODUCTION, 2)
    assert activated(observer) == [1, 2]
    assert status(observer).mode is Mode.PRODUCTION
    assert [sequence for sequence, _, _ in observer.machine.writes] == [102]


def modes_said(running: RunningStation) -> list[tuple[MachineState, str, Mode | None]]:
    bodies = [event.body for event in running.bodies(MachineStateChanged)]
    return [(body.state, body.part_number, body.mode) for body in bodies if isinstance(body, MachineStateChanged)]


async def test_a_promotion_is_said_with_the_machine_s_state_which_itself_did_not_change(
    observer: RunningStation,
) -> None:
    await eventually(lambda: modes_said(observer) == [(MachineState.RUNNING, "A-100", Mode.OBSERVE)])
    observer.gateway.activate(2, observing(good_below=0.7, revision=2))
    await eventually(lambda: status(observer).desired_revision == 2)
    observer.gateway.activate(3, observing(mode=Mode.PRODUCTION, revision=3))
    await eventually(lambda: len(modes_said(observer)) > 1)
    assert modes_said(observer)[1:] == [(MachineState.RUNNING, "A-100", Mode.PRODUCTION)]


async def test_a_changeover_says_the_mode_of_the_part_number_that_is_made_now(tmp_path: Path) -> None:
    recipes = recipe("A-100"), recipe("B-200", mode=Mode.OBSERVE)
    running = RunningStation(tmp_path, station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/", *recipes))
    await running.start()
    running.machine.change(MachineSignal(MachineState.RUNNING, "", "B-200"))
    await eventually(lambda: len(modes_said(running)) == 2)
    running.machine.next_part(number="B-200")
    await running.recorded(1)
    running.machine.change(MachineSignal(MachineState.RUNNING, "", ""))
    await eventually(lambda: len(modes_said(running)) == 3)
    running.machine.next_part(number="A-100")
    await eventually(lambda: len(modes_said(running)) == 4)
    assert modes_said(running) == [
        (MachineState.RUNNING, "A-100", Mode.PRODUCTION),
        (MachineState.RUNNING, "B-200", Mode.OBSERVE),
        (MachineState.RUNNING, "", Mode.OBSERVE),
        (MachineState.RUNNING, "", Mode.PRODUCTION),
    ]
    await running.close()


async def test_new_thresholds_judge_the_next_part(observer: RunningStation) -> None:
    observer.camera.content = picture(UNSURE)
    observer.gateway.activate(2, observing(good_below=UNSURE + 0.1, bad_above=9.0))
    await eventually(lambda: status(observer).desired_revision == 2)
    observer.machine.next_part()
    await observer.recorded(1)
    assert observer.journal_content.inspections()[0].verdict is Verdict.GOOD


async def test_no_part_is_lost_while_recipes_change(observer: RunningStation) -> None:
    for revision in range(2, 8):
        observer.gateway.activate(revision, observing(revision=revision))
        observer.machine.next_part()
        await observer.recorded(revision - 1)
    await eventually(lambda: status(observer).desired_revision == 7)
    assert [one.sequence for one in observer.journal_content.inspections()] == list(range(101, 107))
    assert {one.verdict for one in observer.journal_content.inspections()} == {Verdict.GOOD}


async def test_a_state_signed_by_a_stranger_changes_nothing_and_is_alarmed(observer: RunningStation) -> None:
    observer.gateway.activate(9, observing(mode=Mode.PRODUCTION), signer=SoftwareSigner.generate())
    await eventually(lambda: "recipe_not_loaded" in observer.open_alarms())
    observer.machine.next_part()
    await observer.recorded(1)
    assert observer.journal_content.inspections()[0].mode is Mode.OBSERVE
    assert status(observer).desired_revision == 1
    observer.gateway.activate(10, observing())
    await eventually(lambda: "recipe_not_loaded" not in observer.open_alarms())
    assert activated(observer) == [1, 10]


async def test_a_package_that_cannot_be_loaded_leaves_the_running_one_at_work(observer: RunningStation) -> None:
    def load(sha256: str) -> Eye:
        if sha256 == OTHER:
            raise PackageError("The package is damaged.", "Approve it again.")
        return ReadingEye()

    observer.reload_with(load)
    observer.gateway.activate(2, observing(package=OTHER))
    await eventually(lambda: "recipe_not_loaded" in observer.open_alarms())
    observer.machine.next_part()
    await observer.recorded(1)
    assert observer.journal_content.inspections()[0].verdict is Verdict.GOOD
    assert (status(observer).desired_revision, status(observer).state) == (1, "degraded")
    assert "damaged" in status(observer).detail


async def test_a_new_wiring_asks_for_a_new_process(observer: RunningStation) -> None:
    observer.gateway.activate(2, station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:2/", recipe()))
    assert await observer.ended() == "its wiring changed"


async def test_a_station_that_is_not_wanted_any_more_ends(observer: RunningStation) -> None:
    observer.gateway.activate(2)
    assert await observer.ended() == "it is not part of the active state any more"


async def test_a_station_without_recipes_counts_parts_and_drives_nothing(tmp_path: Path) -> None:
    running = RunningStation(tmp_path, station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/"))
    await running.start()
    running.machine.next_part()
    await running.recorded(1)
    (found,) = running.journal_content.inspections()
    assert (found.verdict, found.cause, found.mode) == (Verdict.NO_READ, NoReadCause.NO_RECIPE, Mode.SETUP)
    assert (running.machine.writes, running.machine.beats) == ([], [])
    await eventually(lambda: status(running).detail == "There is no recipe for this station yet.")
    assert status(running).state == "degraded"
    await running.close()


async def test_a_package_that_comes_later_is_loaded_without_a_restart(tmp_path: Path) -> None:
    running = RunningStation(tmp_path / "gateway", observing())
    folders = running.gateway.folders

    def load(sha256: str) -> Eye:
        if not folders.package(sha256).exists():
            raise PackageError("The package is not there.", "It is fetched again.")
        return ReadingEye()

    running.reload_with(load)
    await running.start()
    try:
        await eventually(lambda: status_says(running, "The package is not there."))
        package = folders.package(observing().recipes[0].package)
        package.parent.mkdir(parents=True, exist_ok=True)
        package.write_bytes(b"whole")
        await eventually(lambda: status(running).inspecting and status(running).desired_revision == 1)
        running.machine.next_part()
        await running.recorded(1)
        assert running.journal_content.inspections()[0].verdict is not Verdict.NO_READ
    finally:
        await running.close()


def status_says(running: RunningStation, detail: str) -> bool:
    found = read_status(running.gateway.folders.station(STATION).status)
    return found is not None and found.detail == detail and not found.inspecting
