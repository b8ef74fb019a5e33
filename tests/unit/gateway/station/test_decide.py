"""A verdict is only ever good for a score that is below the threshold; nothing that cannot be evaluated passes."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.station.decide import Seen, Unseen, decide, mode_of, recipe_for
from goodpart.wire.desired import RecipeSpec, StationSpec
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.gateways import recipe, station


def a_station(*recipes: RecipeSpec, mode: Mode = Mode.PRODUCTION) -> StationSpec:
    return station("opc.tcp://plc:4840", "http://camera/", *recipes, mode=mode)


any_float = st.floats(allow_nan=True, allow_infinity=True)
recipes = st.builds(
    msgspec.structs.replace,
    st.just(recipe()),
    good_below=any_float,
    bad_above=any_float,
    mode=st.sampled_from(Mode),
    fail_safe=st.sampled_from(Action),
    unsure_action=st.sampled_from(Action),
)
looks = st.builds(Seen, any_float) | st.builds(Unseen, st.sampled_from(NoReadCause), st.text())


@given(look=looks, chosen=recipes | st.none(), mode=st.sampled_from(Mode))
def test_whatever_comes_the_decision_is_safe(look: Seen | Unseen, chosen: RecipeSpec | None, mode: Mode) -> None:
    spec = a_station(*([chosen] if chosen else []), mode=mode)
    decision = decide(look, spec, chosen)
    if decision.verdict is Verdict.GOOD:
        assert isinstance(look, Seen)
        assert chosen is not None
        assert math.isfinite(look.score)
        assert look.score < chosen.good_below <= chosen.bad_above
    if decision.verdict is Verdict.BAD:
        assert decision.output.action is Action.REJECT
    assert (decision.cause is not None) == (decision.verdict is Verdict.NO_READ)
    assert decision.output.suppressed == (not decision.mode.drives_outputs)
    if decision.output.action is Action.PASS and decision.verdict is not Verdict.GOOD:
        assert chosen is not None
        allowed = {Verdict.UNSURE: chosen.unsure_action, Verdict.NO_READ: chosen.fail_safe}
        assert allowed[decision.verdict] is Action.PASS, "only what the recipe says may pass"


@given(look=st.builds(Unseen, st.sampled_from(NoReadCause), st.text()), chosen=recipes)
def test_a_part_that_was_not_seen_gets_the_recipes_fail_safe(look: Unseen, chosen: RecipeSpec) -> None:
    decision = decide(look, a_station(chosen), chosen)
    assert (decision.verdict, decision.cause, decision.detail) == (Verdict.NO_READ, look.cause, look.detail)
    assert decision.output.action is chosen.fail_safe


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_thresholds_that_cannot_be_evaluated_stop(low: float, high: float) -> None:
    chosen = msgspec.structs.replace(recipe(), good_below=low, bad_above=high)
    decision = decide(Seen(0.0), a_station(chosen), chosen)
    assert (decision.verdict, decision.cause) == (Verdict.NO_READ, NoReadCause.INSPECTION_FAILED)
    assert decision.output.action is Action.REJECT


def test_a_part_number_has_its_own_recipe_or_the_one_for_all() -> None:
    own, common = recipe("A-100"), recipe("*")
    spec = a_station(own, common)
    assert recipe_for(spec, "A-100") is own
    assert recipe_for(spec, "B-200") is common
    assert recipe_for(a_station(own), "B-200") is None


@pytest.mark.parametrize(
    ("station_mode", "recipe_modes", "expected"),
    [
        (Mode.PRODUCTION, [Mode.PRODUCTION, Mode.OBSERVE], Mode.PRODUCTION),
        (Mode.PRODUCTION, [Mode.OBSERVE], Mode.OBSERVE),
        (Mode.PRODUCTION, [], Mode.SETUP),
        (Mode.BYPASS, [Mode.PRODUCTION], Mode.BYPASS),
    ],
)
def test_a_part_without_a_recipe_takes_the_most_serious_mode(
    station_mode: Mode, recipe_modes: list[Mode], expected: Mode
) -> None:
    spec = a_station(*(recipe(str(index), mode=mode) for index, mode in enumerate(recipe_modes)), mode=station_mode)
    assert mode_of(spec, None) is expected


def test_the_stations_mode_goes_before_the_recipes_unless_it_is_production() -> None:
    chosen = recipe(mode=Mode.OBSERVE)
    assert mode_of(a_station(chosen), chosen) is Mode.OBSERVE
    assert mode_of(a_station(chosen, mode=Mode.BYPASS), chosen) is Mode.BYPASS
