"""The p-chart finds what changed and leaves chance alone."""

from datetime import UTC, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.control_chart import RUN, Signal, Subgroup, p_chart

SIX = datetime(2026, 11, 4, 6, tzinfo=UTC)


def hours(*counted: tuple[int, int]) -> list[Subgroup]:
    """Judged and bad parts, hour by hour."""
    return [Subgroup(SIX + timedelta(hours=n), judged, bad) for n, (judged, bad) in enumerate(counted)]


subgroups = st.lists(
    st.integers(0, 500).flatmap(lambda judged: st.tuples(st.just(judged), st.integers(0, judged))), max_size=40
).map(lambda counted: hours(*counted))


def test_limits_worked_out_by_hand() -> None:
    """p̄ = 30 / 400 = 0.075; for n = 100: 3 √(0.075 × 0.925 / 100) = 0.07902."""
    chart = p_chart(hours((100, 5), (100, 10), (200, 15)))
    assert chart.mean == 0.075
    assert chart.points[0].upper == pytest.approx(0.15402, abs=1e-5)
    assert chart.points[0].lower == 0.0
    assert chart.points[2].upper - 0.075 == pytest.approx(3 * sqrt(0.075 * 0.925 / 200))
    assert [point.signals for point in chart.points] == [(), (), ()]


def test_an_hour_far_worse_than_the_others_is_a_signal() -> None:
    chart = p_chart(hours(*[(200, 4)] * 10, (200, 40), *[(200, 4)] * 3))
    assert [n for n, point in enumerate(chart.points) if Signal.BEYOND_LIMIT in point.signals] == [10]


def test_the_ninth_hour_on_one_side_is_a_signal_and_the_eighth_is_not() -> None:
    chart = p_chart(hours(*[(1000, 49)] * RUN, (1000, 59)))
    told = [Signal.RUN_ON_ONE_SIDE in point.signals for point in chart.points]
    assert told == [False] * (RUN - 1) + [True, False]


def test_a_steady_line_is_left_alone() -> None:
    chart = p_chart(hours(*[(500, 25), (500, 26), (500, 24)] * 8))
    assert all(point.signals == () for point in chart.points)


def test_limits_that_rest_on_too_few_parts_are_told() -> None:
    chart = p_chart(hours((10, 1), (1000, 100)))
    assert [point.approximate for point in chart.points] == [True, False]


def test_without_a_judged_part_there_is_no_mean() -> None:
    assert p_chart(hours((0, 0), (0, 0))).mean is None
    assert p_chart([]).points == ()


@given(subgroups)
def test_the_mean_lies_within_all_limits_and_every_hour_with_parts_is_a_point(groups: list[Subgroup]) -> None:
    chart = p_chart(groups)
    assert [point.at for point in chart.points] == [group.at for group in groups if group.judged]
    for point in chart.points:
        assert chart.mean is not None
        assert 0 <= point.lower <= chart.mean <= point.upper <= 1
        assert (Signal.BEYOND_LIMIT in point.signals) == (not point.lower <= point.share <= point.upper)


@given(subgroups)
def test_more_parts_at_the_same_shares_draw_the_limits_closer(groups: list[Subgroup]) -> None:
    more = [Subgroup(group.at, group.judged * 4, group.bad * 4) for group in groups]
    for few, many in zip(p_chart(groups).points, p_chart(more).points, strict=True):
        assert many.upper <= few.upper
        assert many.lower >= few.lower


@given(subgroups, st.integers(1, 30))
def test_an_hour_without_parts_changes_nothing(groups: list[Subgroup], at: int) -> None:
    empty = Subgroup(SIX, 0, 0)
    assert p_chart([*groups[:at], empty, *groups[at:]]) == p_chart(groups)
