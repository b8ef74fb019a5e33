"""The vital few come first, and all of them make up the whole."""

from hypothesis import given
from hypothesis import strategies as st

from goodpart.kpi.pareto import pareto

counts = st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), max_size=12)


def test_causes_in_order_with_what_they_add_up_to() -> None:
    bars = pareto({"dent": 1, "scratch": 6, "crack": 3, "burr": 0})
    assert [(bar.cause, bar.count, bar.share, bar.cumulative) for bar in bars] == [
        ("scratch", 6, 0.6, 0.6),
        ("crack", 3, 0.3, 0.9),
        ("dent", 1, 0.1, 1.0),
    ]


@given(counts)
def test_nothing_is_lost_and_nothing_out_of_order(found: dict[str, int]) -> None:
    bars = pareto(found)
    assert {bar.cause: bar.count for bar in bars} == {cause: n for cause, n in found.items() if n}
    assert [bar.count for bar in bars] == sorted((bar.count for bar in bars), reverse=True)
    if bars:
        assert bars[-1].cumulative == 1.0
