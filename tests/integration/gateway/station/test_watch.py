"""Pictures that are not taken as in training, and parts that drift: an alarm when it begins, its end when it ends."""

from goodpart.wire.events import AlarmChanged, InspectionRecorded
from goodpart.wire.verdicts import Verdict
from tests.fakes.eyes import DARK, picture
from tests.fakes.lines import BAD, GOOD
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually


async def look_at(running: RunningStation, count: int, content: bytes) -> list[InspectionRecorded]:
    running.camera.content = content
    before = len(running.journal_content.inspections())
    for number in range(count):
        running.machine.next_part()
        await running.recorded(before + number + 1)
    return running.journal_content.inspections()[before:]


def changes(running: RunningStation, code: str) -> list[bool]:
    bodies = [event.body for event in running.bodies(AlarmChanged)]
    return [body.raised for body in bodies if isinstance(body, AlarmChanged) and body.code == code]


async def test_a_dark_picture_is_marked_and_the_alarm_opens_once_and_clears_once(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    marked = await look_at(running, 2, picture(GOOD, dark=True))
    assert [(one.verdict, one.optics) for one in marked] == [(Verdict.GOOD, (DARK,))] * 2
    assert changes(running, "optics_changed") == []
    (bad,) = await look_at(running, 1, picture(BAD, dark=True))
    assert (bad.verdict, bad.optics) == (Verdict.BAD, (DARK,))
    await eventually(lambda: changes(running, "optics_changed") == [True])
    await look_at(running, 4, picture(GOOD, dark=True))
    right = await look_at(running, 9, picture(GOOD))
    assert {one.optics for one in right} == {()}
    assert changes(running, "optics_changed") == [True]
    await look_at(running, 1, picture(GOOD))
    await eventually(lambda: changes(running, "optics_changed") == [True, False])


async def test_drift_raises_an_alarm_that_a_restart_keeps_and_usual_parts_clear(running: RunningStation) -> None:
    await eventually(lambda: running.machine.beats)
    drifted = await look_at(running, 25, picture(GOOD, share=0.8))
    assert {one.verdict for one in drifted} == {Verdict.GOOD}
    await eventually(lambda: changes(running, "parts_drifted") == [True])
    await running.stop()
    running.come_back()
    await running.start()
    await eventually(lambda: "parts_drifted" in running.open_alarms() and bool(running.machine.beats))
    await look_at(running, 1, picture(GOOD, share=0.8))
    assert changes(running, "parts_drifted") == [True]
    await look_at(running, 60, picture(GOOD, share=0.52))
    await eventually(lambda: changes(running, "parts_drifted") == [True, False])
