"""What is lost on the way from planned time to good parts adds up, and what is left is OEE."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.losses import losses_of
from goodpart.kpi.oee import oee_of
from goodpart.kpi.sums import Sums


@st.composite
def shifts(draw: st.DrawFn) -> Sums:
    running, unknown, stopped = (draw(st.integers(0, 10**8)) for _ in range(3))
    produced = draw(st.integers(0, 10**5))
    return Sums(
        busy_ms=running + unknown + stopped,
        busy_running_ms=running,
        busy_unknown_ms=unknown,
        busy_produced=produced,
        busy_good=draw(st.integers(0, produced)),
        busy_ideal_ms=produced * draw(st.integers(1, 10_000)),
    )


def test_a_shift_worked_out_by_hand() -> None:
    """480 min planned, 60 stopped, 20 unknown: 400 running. 10,000 parts at 2 s need 333 min 20 s; 9,000 are good."""
    found = losses_of(
        Sums(
            busy_ms=480 * 60_000,
            busy_running_ms=400 * 60_000,
            busy_unknown_ms=20 * 60_000,
            busy_produced=10_000,
            busy_good=9_000,
            busy_ideal_ms=20_000_000,
        )
    )
    assert (found.stops_ms, found.unknown_ms, found.running_ms) == (3_600_000, 1_200_000, 24_000_000)
    assert (found.speed_ms, found.quality_ms, found.valuable_ms) == (4_000_000, 2_000_000, 18_000_000)


@given(shifts())
def test_losses_and_what_is_left_make_up_the_planned_time(sums: Sums) -> None:
    found = losses_of(sums)
    assert found.speed_ms is not None
    assert found.quality_ms is not None
    assert found.valuable_ms is not None
    parts = (found.stops_ms, found.unknown_ms, found.speed_ms, found.quality_ms, found.valuable_ms)
    assert sum(parts) == found.planned_ms
    assert min(found.stops_ms, found.unknown_ms, found.quality_ms, found.valuable_ms) >= 0


@given(shifts())
def test_what_is_left_is_oee_of_the_planned_time(sums: Sums) -> None:
    oee, valuable = oee_of(sums).oee, losses_of(sums).valuable_ms
    if oee is not None:
        assert valuable == pytest.approx(oee * sums.busy_ms, abs=1, rel=1e-9)


def test_without_an_ideal_cycle_time_the_stops_are_still_told() -> None:
    found = losses_of(Sums(busy_ms=100, busy_running_ms=60, busy_unknown_ms=10, busy_produced=3, busy_unrated=1))
    assert (found.stops_ms, found.running_ms) == (30, 60)
    assert (found.speed_ms, found.quality_ms, found.valuable_ms) == (None, None, None)
