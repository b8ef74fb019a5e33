"""Every part has a record that says what became of it, whatever goes wrong on its way."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from goodpart.gateway.signals.port import MachineSignal
from goodpart.wire.events import (
    Action,
    EjectConfirmed,
    InspectionRecorded,
    MachineStateChanged,
    OutputOutcome,
    StationStarted,
)
from goodpart.wire.machine import MachineState
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.eyes import picture
from tests.fakes.gateways import recipe, station
from tests.fakes.lines import BAD, GOOD, UNSURE
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually

ENDPOINT, CAMERA = "opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/"
HURRY_MS = 400


@pytest.fixture
async def hurried(tmp_path: Path) -> AsyncIterator[RunningStation]:
    """Started, with a deadline that a test can wait for."""
    opened = RunningStation(tmp_path / "gateway", station(ENDPOINT, CAMERA, recipe(deadline_ms=HURRY_MS)))
    await opened.start()
    yield opened
    await opened.close()


async def inspected(running: RunningStation, content: bytes | None = None, **part: str) -> InspectionRecorded:
    """One more part, and its record."""
    if content is not None:
        running.camera.content = content
    before = len(running.journal_content.inspections())
    running.machine.next_part(**part)  # type: ignore[arg-type]  # number and serial only
    await running.recorded(before + 1)
    return running.journal_content.inspections()[-1]


@pytest.mark.parametrize(
    ("score", "verdict", "action"),
    [
        (GOOD, Verdict.GOOD, Action.PASS),
        (UNSURE, Verdict.UNSURE, Action.REJECT),
        (BAD, Verdict.BAD, Action.REJECT),
    ],
)
async def test_a_part_is_judged_by_its_recipe_and_the_machine_told(
    running: RunningStation, score: float, verdict: Verdict, action: Action
) -> None:
    found = await inspected(running, picture(score), serial="X1", number="B-7")
    assert (found.verdict, found.score, found.serial, found.part_number) == (verdict, score, "X1", "B-7")
    assert (found.mode, found.recipe, found.good_below, found.bad_above) == (Mode.PRODUCTION, "recipe-*", 1.0, 2.0)
    assert {stage.stage for stage in found.latency} >= {"grab", "infer", "decide"}
    assert running.machine.writes == [(101, verdict, action)]
    (output,) = running.journal_content.outputs()
    assert output.outcome is OutputOutcome.CONFIRMED
    assert output.trigger_to_output_ms is not None


async def test_the_first_start_takes_the_count_as_it_stands(running: RunningStation) -> None:
    await inspected(running)
    (started,) = running.bodies(StationStarted)
    assert isinstance(started.body, StationStarted)
    assert started.body.baseline_sequence == 100
    assert [one.sequence for one in running.journal_content.inspections()] == [101]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (picture("unreadable"), NoReadCause.FRAME_UNREADABLE),
        (picture("absent"), NoReadCause.PART_NOT_FOUND),
        (picture("broken"), NoReadCause.INSPECTION_FAILED),
        (picture("nan"), NoReadCause.INSPECTION_FAILED),
        (picture("inf"), NoReadCause.INSPECTION_FAILED),
    ],
)
async def test_what_cannot_be_judged_is_rejected_and_says_why(
    running: RunningStation, content: bytes, cause: NoReadCause
) -> None:
    found = await inspected(running, content)
    assert (found.verdict, found.cause) == (Verdict.NO_READ, cause)
    assert found.detail
    assert running.machine.writes == [(101, Verdict.NO_READ, Action.REJECT)]


async def test_a_camera_that_fails_rejects_parts_and_stops_the_heartbeat_until_it_is_back(
    running: RunningStation,
) -> None:
    await eventually(lambda: running.machine.beats)
    running.camera.problem = "The camera is unplugged."
    found = await inspected(running)
    assert (found.verdict, found.cause) == (Verdict.NO_READ, NoReadCause.CAMERA_FAILED)
    assert found.detail == "The camera is unplugged."
    assert running.machine.writes == [(101, Verdict.NO_READ, Action.REJECT)]
    await eventually(lambda: "camera_failed" in running.open_alarms())
    beats = len(running.machine.beats)
    running.camera.problem = ""
    await eventually(lambda: len(running.machine.beats) > beats)
    await eventually(lambda: "camera_failed" not in running.open_alarms())
    assert (await inspected(running)).verdict is Verdict.GOOD


@pytest.mark.alone
async def test_a_slow_camera_leaves_time_for_the_fail_safe(hurried: RunningStation) -> None:
    hurried.camera.delay_s = 5.0
    found = await inspected(hurried)
    assert found.cause is NoReadCause.CAMERA_FAILED
    (output,) = hurried.journal_content.outputs()
    assert output.outcome is OutputOutcome.CONFIRMED
    assert output.trigger_to_output_ms is not None
    assert output.trigger_to_output_ms < HURRY_MS


@pytest.mark.alone
async def test_a_slow_look_leaves_time_for_the_fail_safe(hurried: RunningStation) -> None:
    found = await inspected(hurried, picture(GOOD, takes_ms=600))
    assert (found.verdict, found.cause) == (Verdict.NO_READ, NoReadCause.DEADLINE_MISSED)
    assert hurried.machine.writes == [(101, Verdict.NO_READ, Action.REJECT)]


async def test_a_picture_taken_when_the_next_part_had_come_is_not_judged(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    running.camera.delay_s = 0.1
    running.camera.on_grab.clear()
    running.machine.next_part()
    await running.camera.on_grab.wait()
    running.machine.next_part(unheard=True)
    await running.recorded(1)
    (found,) = running.journal_content.inspections()
    assert (found.sequence, found.cause) == (101, NoReadCause.FRAME_LATE)


async def test_parts_that_waited_too_long_are_not_looked_at_under_a_wrong_picture(running: RunningStation) -> None:
    running.camera.content = picture(GOOD, takes_ms=40)
    for _ in range(3):
        running.machine.next_part()
    await running.recorded(3)
    causes = [one.cause for one in running.journal_content.inspections()]
    assert causes == [NoReadCause.FRAME_LATE, NoReadCause.FRAME_LATE, None]


async def test_a_trigger_that_was_lost_on_the_way_is_found_by_the_count(running: RunningStation) -> None:
    await inspected(running)
    running.machine.next_part(unheard=True)
    running.machine.next_part()
    await running.recorded(3)
    assert [(one.sequence, one.cause) for one in running.journal_content.inspections()] == [
        (101, None),
        (102, NoReadCause.PLC_LINK_LOST),
        (103, None),
    ]


async def test_parts_during_a_lost_link_are_counted_and_never_answered(running: RunningStation) -> None:
    await inspected(running)
    running.machine.lose_link()
    running.machine.next_part()
    running.machine.next_part()
    running.machine.find_link()
    await running.recorded(3)
    assert (await inspected(running)).verdict is Verdict.GOOD
    assert [(one.sequence, one.cause) for one in running.journal_content.inspections()] == [
        (101, None),
        (102, NoReadCause.PLC_LINK_LOST),
        (103, NoReadCause.PLC_LINK_LOST),
        (104, None),
    ]
    assert [sequence for sequence, _, _ in running.machine.writes] == [101, 104]


@pytest.mark.parametrize(("accepts", "outcome"), [(True, OutputOutcome.CONFIRMED), (False, OutputOutcome.NOT_WRITTEN)])
async def test_a_write_whose_answer_is_lost_is_told_by_the_read_back_and_not_repeated(
    hurried: RunningStation, accepts: bool, outcome: OutputOutcome
) -> None:
    hurried.machine.answers_writes = False
    hurried.machine.accepts = accepts
    await inspected(hurried)
    (output,) = hurried.journal_content.outputs()
    assert output.outcome is outcome
    assert len(hurried.machine.writes) == 1


async def test_a_result_that_the_machine_ignores_is_said_to_be_not_accepted(hurried: RunningStation) -> None:
    hurried.machine.accepts = False
    await inspected(hurried)
    assert hurried.journal_content.outputs()[0].outcome is OutputOutcome.NOT_ACCEPTED


async def test_a_link_lost_before_the_read_back_is_reconciled_by_the_number(running: RunningStation) -> None:
    running.machine.accepts = False
    running.machine.next_part()
    await eventually(lambda: running.machine.writes)
    running.machine.lose_link()
    await eventually(lambda: len(running.bodies(MachineStateChanged)) == 2)
    running.machine.accepted = 101
    running.machine.find_link()
    await running.recorded(1)
    (output,) = running.journal_content.outputs()
    assert (output.outcome, output.reconciled) == (OutputOutcome.CONFIRMED, True)
    assert len(running.machine.writes) == 1


async def test_one_output_is_open_at_a_time(hurried: RunningStation) -> None:
    """Otherwise the number that the machine accepted last could not tell about both after a crash."""
    hurried.machine.accepts = False
    hurried.machine.next_part()
    await eventually(lambda: hurried.machine.writes)
    hurried.machine.accepts = True
    hurried.machine.next_part()
    await hurried.recorded(2)
    assert hurried.journal_content.outputs()[0].outcome is OutputOutcome.NOT_ACCEPTED
    order = [
        (type(event.body).__name__, event.body.sequence)
        for event in hurried.journal_content.events()
        if hasattr(event.body, "sequence")
    ]
    assert order.index(("OutputRecorded", 101)) < order.index(("OutputRecorded", 102))


async def test_a_crash_between_record_and_output_writes_nothing_afterwards(running: RunningStation) -> None:
    await inspected(running)
    running.machine.accepts = False
    running.machine.next_part()
    await eventually(lambda: len(running.machine.writes) == 2)
    await running.crash()
    running.machine.next_part()
    running.come_back()
    await running.start()
    await running.recorded(3)
    assert [(one.sequence, one.cause) for one in running.journal_content.inspections()] == [
        (101, None),
        (102, None),
        (103, NoReadCause.GATEWAY_DOWN),
    ]
    last = running.journal_content.outputs()[-1]
    assert (last.sequence, last.outcome, last.reconciled) == (102, OutputOutcome.NOT_WRITTEN, True)
    assert [sequence for sequence, _, _ in running.machine.writes] == [101, 102]


async def test_a_count_that_starts_anew_is_followed_and_alarmed(running: RunningStation) -> None:
    await inspected(running)
    running.machine.set_count(1)
    await running.recorded(2)
    assert running.journal_content.inspections()[-1].sequence == 1
    await eventually(lambda: "part_count_restarted" in running.open_alarms())
    assert (await inspected(running)).sequence == 2


async def test_parts_of_a_new_count_that_passed_unseen_are_recorded(running: RunningStation) -> None:
    await inspected(running)
    running.machine.set_count(4)
    await running.recorded(5)
    assert [(one.sequence, one.cause) for one in running.journal_content.inspections()] == [
        (101, None),
        (1, NoReadCause.PLC_LINK_LOST),
        (2, NoReadCause.PLC_LINK_LOST),
        (3, NoReadCause.PLC_LINK_LOST),
        (4, None),
    ]
    await eventually(lambda: "part_count_restarted" in running.open_alarms())


async def test_a_repeated_number_is_one_part(running: RunningStation) -> None:
    await inspected(running)
    running.machine.set_count(101)
    await inspected(running)
    assert [one.sequence for one in running.journal_content.inspections()] == [101, 102]


async def test_machine_states_and_ejects_are_recorded(running: RunningStation) -> None:
    found = await inspected(running, picture(BAD))
    running.machine.change(MachineSignal(MachineState.FAULT, "jam", "A-100"))
    running.machine.ejects.put_nowait(101)
    running.machine.ejects.put_nowait(101)
    await eventually(lambda: len(running.bodies(MachineStateChanged)) == 2 and running.bodies(EjectConfirmed))
    states = [event.body for event in running.bodies(MachineStateChanged)]
    assert [(one.state, one.reason) for one in states if isinstance(one, MachineStateChanged)] == [
        (MachineState.RUNNING, ""),
        (MachineState.FAULT, "jam"),
    ]
    (eject,) = [event.body for event in running.bodies(EjectConfirmed)]
    assert eject == EjectConfirmed(sequence=101, inspection=found.inspection)


async def test_an_eject_during_a_restart_is_still_matched_and_an_old_one_not_repeated(running: RunningStation) -> None:
    found = await inspected(running, picture(BAD))
    await running.crash()
    running.machine.ejects.put_nowait(101)
    running.come_back()
    await running.start()
    await eventually(lambda: running.bodies(EjectConfirmed))
    await running.crash()
    running.machine.ejects.put_nowait(101)
    running.come_back()
    await running.start()
    await inspected(running)
    assert [event.body for event in running.bodies(EjectConfirmed)] == [
        EjectConfirmed(sequence=101, inspection=found.inspection)
    ]


async def test_a_machine_whose_heartbeat_stands_still_is_alarmed(running: RunningStation) -> None:
    running.machine.plc_silent_s = 3.0
    await eventually(lambda: "plc_heartbeat_stale" in running.open_alarms())
    running.machine.plc_silent_s = 0.1
    await eventually(lambda: "plc_heartbeat_stale" not in running.open_alarms())


async def test_in_observe_verdicts_are_recorded_and_nothing_is_written(tmp_path: Path) -> None:
    running = RunningStation(tmp_path, station(ENDPOINT, CAMERA, recipe(mode=Mode.OBSERVE)))
    await running.start()
    found = await inspected(running, picture(BAD))
    assert (found.verdict, found.mode) == (Verdict.BAD, Mode.OBSERVE)
    assert found.output is not None
    assert (found.output.action, found.output.suppressed) == (Action.REJECT, True)
    assert running.machine.writes == []
    assert running.journal_content.outputs() == []
    await running.close()


async def test_a_part_number_without_a_recipe_is_rejected_where_the_station_is_in_production(tmp_path: Path) -> None:
    running = RunningStation(tmp_path, station(ENDPOINT, CAMERA, recipe("A-100")))
    await running.start()
    assert (await inspected(running)).verdict is Verdict.GOOD
    found = await inspected(running, number="B-200")
    assert (found.verdict, found.cause, found.mode) == (Verdict.NO_READ, NoReadCause.NO_RECIPE, Mode.PRODUCTION)
    assert "B-200" in found.detail
    assert running.machine.writes[-1] == (102, Verdict.NO_READ, Action.REJECT)
    await running.close()


async def test_a_late_part_is_not_rejected_where_its_part_number_is_only_observed(tmp_path: Path) -> None:
    """The other part number of this station is in production; nothing may be driven for this one."""
    recipes = (recipe("A-100", mode=Mode.OBSERVE), recipe("B-200", mode=Mode.PRODUCTION))
    running = RunningStation(tmp_path, station(ENDPOINT, CAMERA, *recipes))
    await running.start()
    await inspected(running, picture(GOOD, takes_ms=100))
    for _ in range(2):
        running.machine.next_part()
    await running.recorded(3)
    late = running.journal_content.inspections()[1]
    assert (late.cause, late.mode) == (NoReadCause.FRAME_LATE, Mode.OBSERVE)
    assert running.machine.writes == []
    await running.close()


async def test_told_to_stop_it_finishes_the_part_under_way(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    running.camera.delay_s = 0.1
    running.camera.on_grab.clear()
    running.machine.next_part()
    await running.camera.on_grab.wait()
    assert await running.stop() == "it was told to stop"
    assert [one.verdict for one in running.journal_content.inspections()] == [Verdict.GOOD]
    assert [one.outcome for one in running.journal_content.outputs()] == [OutputOutcome.CONFIRMED]


async def test_a_fast_line_is_followed_in_order(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    for _ in range(40):
        arrived = running.machine.next_part()
        await eventually(partial(running.machine.has_result, arrived))
    await running.recorded(40)
    assert [one.sequence for one in running.journal_content.inspections()] == list(range(101, 141))
    assert {one.outcome for one in running.journal_content.outputs()} == {OutputOutcome.CONFIRMED}
