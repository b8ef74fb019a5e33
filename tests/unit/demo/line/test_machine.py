"""The machine follows its schedule and its feed, whatever the rhythm in which someone looks at it."""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.demo.line.machine import Event, Feed, Machine, NumberChanged, PartArrived, StateChanged
from goodpart.demo.line.schedule import CHANGEOVER, MachineState, Schedule

NUMBERS = ("A", "B")
CYCLE_S = 1.0

looks = st.lists(st.floats(0.01, 3.0), min_size=1, max_size=150)
schedules = st.builds(
    Schedule,
    seed=st.integers(0, 2**31),
    cycle_s=st.just(CYCLE_S),
    part_numbers=st.just(NUMBERS),
    changeover_every=st.integers(0, 12),
    jitter=st.floats(0, 0.3),
    mean_run_s=st.floats(4, 100),
)


def worked(machine: Machine, steps: Iterable[float], start: float = 0.0) -> tuple[Machine, list[tuple[float, Event]]]:
    """Let the machine work, looked at after each of ``steps`` seconds."""
    now, seen = start, list[tuple[float, Event]]()
    for step in steps:
        now += step
        machine, events = machine.advance(now)
        seen += [(now, event) for event in events]
    return machine, seen


def running(schedule: Schedule, feed: Feed | None = None) -> Machine:
    return Machine.at_rest(schedule).fed(feed or Feed(), 0.0)[0]


@given(schedules, looks)
def test_parts_are_numbered_without_a_gap_and_come_only_while_the_machine_runs(
    schedule: Schedule, steps: list[float]
) -> None:
    _, seen = worked(running(schedule), steps)
    state, number, sequence = MachineState.RUNNING, NUMBERS[0], 0
    for _, event in seen:
        match event:
            case StateChanged(new):
                state = new
            case NumberChanged(new_number):
                assert new_number != number
                assert state is MachineState.PLANNED_STOP
                number = new_number
            case PartArrived(arrived, of_number):
                assert arrived == sequence + 1
                assert state is MachineState.RUNNING
                assert of_number == number
                sequence = arrived


@given(schedules, looks)
def test_one_look_brings_at_most_one_part_and_the_next_one_leaves_it_time(
    schedule: Schedule, steps: list[float]
) -> None:
    _, seen = worked(running(schedule), steps)
    arrivals = [at for at, event in seen if isinstance(event, PartArrived)]
    shortest = CYCLE_S * (1 - schedule.jitter) / 2
    assert all(later - earlier >= shortest - 1e-9 for earlier, later in pairwise(arrivals))


@given(schedules, st.integers(0, 30))
def test_a_feed_of_n_parts_brings_exactly_n_and_then_starves(schedule: Schedule, parts: int) -> None:
    machine, seen = worked(running(schedule, Feed(parts)), [0.5] * 3000)
    assert sum(isinstance(event, PartArrived) for _, event in seen) == parts
    assert machine.sequence == parts
    assert machine.state is MachineState.STARVED
    assert math.isinf(machine.due)
    again, events = machine.fed(Feed(2), 2000.0)
    assert events == (StateChanged(MachineState.RUNNING, ""),)
    assert worked(again, [0.5] * 300, 2000.0)[0].sequence == parts + 2


@given(schedules, looks, looks)
def test_a_held_machine_brings_nothing_and_goes_on_with_the_next_number(
    schedule: Schedule, before: list[float], held: list[float]
) -> None:
    machine, _ = worked(running(schedule), before)
    now = sum(before)
    machine, _ = machine.fed(Feed(running=False), now)
    assert (machine.state, machine.reason) == (MachineState.PLANNED_STOP, "held")
    still, events = worked(machine, held, now)
    assert not events
    assert still == machine
    resumed, _ = machine.fed(Feed(1), now + sum(held))
    resumed, _ = worked(resumed, [0.5] * 300, now + sum(held))
    assert resumed.sequence == machine.sequence + 1


@given(schedules, st.integers(1, 60))
def test_every_stop_has_a_reason_and_an_end_in_its_range(schedule: Schedule, parts: int) -> None:
    _, seen = worked(running(schedule, Feed(parts)), [0.05] * 20_000)
    stops = [(at, event) for at, event in seen if isinstance(event, StateChanged)][:-1]
    assert stops or not schedule.changeover_every or parts <= schedule.changeover_every
    for (at, stop), (ended, end) in zip(stops[::2], stops[1::2], strict=True):
        assert stop.reason
        assert stop.state not in {MachineState.RUNNING, MachineState.UNKNOWN}
        assert end == StateChanged(MachineState.RUNNING, "")
        shortest, longest = schedule.changeover_s if stop.reason == CHANGEOVER else schedule.stop_s
        assert shortest - 0.06 <= ended - at <= longest + 0.06


def test_the_pace_holds_over_a_thousand_parts_however_late_each_look_is() -> None:
    schedule = Schedule(1, 0.1, ("A",), mean_run_s=1e12)
    machine, seen = worked(running(schedule), [0.013] * 10_000)
    arrivals = [at for at, event in seen if isinstance(event, PartArrived)]
    assert machine.sequence == len(arrivals)
    assert (arrivals[-1] - arrivals[0]) / (len(arrivals) - 1) == pytest.approx(0.1, rel=0.01)


def test_part_numbers_take_turns_with_a_planned_stop_between() -> None:
    schedule = Schedule(1, 1.0, NUMBERS, changeover_every=3, mean_run_s=1e12)
    _, seen = worked(running(schedule, Feed(9)), [0.1] * 400)
    arrived = [event.part_number for _, event in seen if isinstance(event, PartArrived)]
    assert arrived == list("AAABBBAAA")
    reasons = [event.reason for _, event in seen if isinstance(event, StateChanged)]
    assert reasons == [CHANGEOVER, "", CHANGEOVER, "", "no_parts"]


def test_a_part_number_asked_for_comes_next_and_stays_for_a_whole_turn() -> None:
    schedule = Schedule(1, 1.0, NUMBERS, changeover_every=4, mean_run_s=1e12)
    machine, _ = worked(running(schedule, Feed(2)), [0.1] * 100)
    machine, _ = machine.asked_for("B").fed(Feed(6), 10.0)
    _, seen = worked(machine, [0.1] * 200, 10.0)
    assert [event.part_number for _, event in seen if isinstance(event, PartArrived)] == list("BBBBAA")


def test_asking_for_the_part_number_that_runs_changes_nothing() -> None:
    machine = running(Schedule(1, 1.0, NUMBERS, mean_run_s=1e12), Feed(3)).asked_for("A")
    _, seen = worked(machine, [0.1] * 100)
    assert [event.reason for _, event in seen if isinstance(event, StateChanged)] == ["no_parts"]


def test_the_line_mostly_runs_and_its_stops_are_short() -> None:
    schedule = Schedule(1, 1.0, ("A",))
    stops = [stop for sequence in range(1, 3601) if (stop := schedule.stop_before(sequence)) is not None]
    assert 15 <= len(stops) <= 45
    assert sum(stop.duration_s for stop in stops) < 0.12 * 3600
    assert len({stop.state for stop in stops}) == 4


def test_a_machine_switched_on_again_finishes_the_turn_of_its_part_number() -> None:
    schedule = Schedule(1, 1.0, NUMBERS, changeover_every=3, mean_run_s=1e12)
    machine = Machine.at_rest(schedule, sequence=5, part_number="B", made=2)
    assert (machine.state, machine.reason) == (MachineState.PLANNED_STOP, "held")
    machine, _ = machine.fed(Feed(2), 0.0)
    _, seen = worked(machine, [0.1] * 200)
    assert [event for _, event in seen if isinstance(event, PartArrived)] == [
        PartArrived(6, "B"),
        PartArrived(7, "A"),
    ]


def test_a_part_number_that_this_line_does_not_make_is_changed_over() -> None:
    machine = Machine.at_rest(Schedule(1, 1.0, NUMBERS), sequence=5, part_number="OLD", made=2)
    assert machine.next_part_number == "A"


@pytest.mark.parametrize(
    "wrong", [{"cycle_s": 0.0}, {"part_numbers": ()}, {"jitter": 1.0}], ids=["cycle", "numbers", "jitter"]
)
def test_a_schedule_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="schedule"):
        Schedule(**{"seed": 1, "cycle_s": 1.0, "part_numbers": NUMBERS, **wrong})


def test_a_negative_feed_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 parts"):
        Feed(-1)
