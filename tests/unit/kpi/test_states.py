"""What a machine was doing at every moment, from reports that come late, twice and in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.states import BELIEVED_FOR, StateReport, evidence_window, resolve_states, touched_by_report
from goodpart.kpi.window import Window
from goodpart.wire.machine import STATE_BELIEVED_S, STATE_REPEATED_EVERY_S, MachineState
from goodpart.wire.modes import Mode

T0 = datetime(2026, 11, 4, 8, tzinfo=UTC)
RUN, FAULT, UNKNOWN = MachineState.RUNNING, MachineState.FAULT, MachineState.UNKNOWN
PROD, OBSERVE = Mode.PRODUCTION, Mode.OBSERVE


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def timeline(reports: list[StateReport], end_s: float, start_s: float = 0) -> list[tuple[float, MachineState]]:
    """Second of the end of each state, with the state."""
    spans = resolve_states(reports, Window(at(start_s), at(end_s)))
    return [((span.window.end - T0).total_seconds(), span.state) for span in spans]


reports = st.lists(
    st.builds(
        StateReport,
        at=st.integers(-200_000, 500_000).map(lambda ms: at(ms / 1000)),
        state=st.sampled_from(MachineState),
        part_number=st.sampled_from(["", "A", "B"]),
        number=st.integers(0, 50),
        mode=st.none() | st.sampled_from(Mode),
    ),
    max_size=30,
)


def test_a_report_holds_until_the_next_one() -> None:
    assert timeline([StateReport(at(0), RUN), StateReport(at(20), FAULT)], 60) == [(20, RUN), (60, FAULT)]


def test_before_the_first_report_the_state_is_unknown() -> None:
    assert timeline([StateReport(at(10), RUN)], 30) == [(10, UNKNOWN), (30, RUN)]


def test_a_silent_machine_is_believed_for_a_while_and_then_unknown() -> None:
    assert timeline([StateReport(at(0), RUN)], 300) == [(STATE_BELIEVED_S, RUN), (300, UNKNOWN)]


def test_a_repeated_state_is_one_span_and_survives_the_loss_of_two_repeats() -> None:
    told = [StateReport(at(second), RUN) for second in (0, 3 * STATE_REPEATED_EVERY_S)]
    assert timeline(told, 120) == [(120, RUN)]


def test_a_report_from_before_the_window_still_holds_inside_it() -> None:
    assert timeline([StateReport(at(-30), FAULT)], 60) == [(60, FAULT)]


def test_a_late_report_cuts_off_the_one_before_it() -> None:
    on_time = [StateReport(at(0), RUN), StateReport(at(40), RUN)]
    assert timeline([*on_time, StateReport(at(10), FAULT)], 60) == [(10, RUN), (40, FAULT), (60, RUN)]


def test_of_two_reports_in_one_millisecond_the_later_in_the_journal_holds() -> None:
    told = [StateReport(at(0.0004), FAULT, number=8), StateReport(at(0.0009), RUN, number=7)]
    assert timeline(told, 10) == [(10, FAULT)]


@given(reports, st.randoms(use_true_random=False))
def test_order_and_repeats_of_reports_do_not_matter(told: list[StateReport], random: Random) -> None:
    window = Window(at(0), at(300))
    shuffled = [*told, *told[:5]]
    random.shuffle(shuffled)
    assert resolve_states(shuffled, window) == resolve_states(told, window)


@given(reports)
def test_states_cover_the_window_without_gap_or_overlap_and_neighbours_differ(told: list[StateReport]) -> None:
    window = Window(at(0), at(300))
    spans = resolve_states(told, window)
    assert [span.window.start for span in spans] == [window.start, *(span.window.end for span in spans[:-1])]
    assert spans[-1].window.end == window.end
    for one, two in pairwise(spans):
        assert replace(one, window=two.window) != two


def test_a_change_of_mode_is_a_change_where_it_enters_oee_otherwise() -> None:
    told = [StateReport(at(s), RUN, mode=mode) for s, mode in enumerate((None, PROD, OBSERVE, Mode.SETUP, PROD))]
    spans = resolve_states(told, Window(at(0), at(100)))
    assert [(span.window.start, span.state, span.enters_oee) for span in spans] == [
        (at(0), RUN, True),
        (at(2), RUN, False),
        (at(4), RUN, True),
        (at(4 + STATE_BELIEVED_S), UNKNOWN, True),
    ]


@given(reports)
def test_only_reports_of_the_evidence_window_matter(told: list[StateReport]) -> None:
    window = Window(at(0), at(120))
    near = [report for report in told if report.at in evidence_window(window)]
    assert resolve_states(near, window) == resolve_states(told, window)


@given(reports, st.integers(0, 300_000), st.sampled_from(MachineState))
def test_a_report_changes_nothing_outside_the_time_it_is_said_to_touch(
    told: list[StateReport], ms: int, state: MachineState
) -> None:
    late = StateReport(at(ms / 1000), state, number=99)
    touched = touched_by_report(late.at)
    for window in (Window(at(-100), touched.start), Window(touched.end, at(600))):
        assert resolve_states([*told, late], window) == resolve_states(told, window)


def test_a_report_without_a_time_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        resolve_states([StateReport(T0.replace(tzinfo=None), RUN)], Window(at(0), at(60)))


def test_belief_is_longer_than_the_repetition() -> None:
    assert BELIEVED_FOR.total_seconds() > 2 * STATE_REPEATED_EVERY_S
