"""From what was seen of a part to its verdict and what the output does. Pure. What cannot be evaluated never passes
as good: it is ``no_read`` with its cause, and the output does what the recipe says for that."""

import math
from dataclasses import dataclass

from goodpart.vision.verdict import Thresholds
from goodpart.vision.verdict import decide as verdict_of
from goodpart.wire.desired import RecipeSpec, StationSpec
from goodpart.wire.events import Action, OutputPlan
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict


@dataclass(frozen=True)
class Seen:
    """The part was looked at."""

    score: float


@dataclass(frozen=True)
class Unseen:
    """The part was not looked at, or not in time."""

    cause: NoReadCause
    detail: str


@dataclass(frozen=True)
class Decision:
    """What is recorded of a part, and what the output is to do."""

    verdict: Verdict
    cause: NoReadCause | None
    detail: str
    mode: Mode
    output: OutputPlan


def recipe_for(station: StationSpec, part_number: str) -> RecipeSpec | None:
    """The recipe of this very part number, or else the one that stands for all."""
    by_number = {recipe.part_number: recipe for recipe in station.recipes}
    return by_number.get(part_number) or by_number.get("*")


def mode_of(station: StationSpec, recipe: RecipeSpec | None) -> Mode:
    """The station's mode goes first unless it is production; then the recipe's.

    A part without a recipe takes the most serious mode that the station has a recipe in: one production recipe, and
    an unknown part is stopped; none at all, and nothing is driven yet.
    """
    if station.mode is not Mode.PRODUCTION:
        return station.mode
    if recipe is not None:
        return recipe.mode
    modes = {one.mode for one in station.recipes}
    if Mode.PRODUCTION in modes:
        return Mode.PRODUCTION
    return Mode.OBSERVE if modes else Mode.SETUP


def decide(look: Seen | Unseen, station: StationSpec, recipe: RecipeSpec | None) -> Decision:
    """The verdict and the output of one part."""
    if recipe is None and isinstance(look, Seen):
        look = Unseen(NoReadCause.NO_RECIPE, "There is no recipe for this part number.")
    judged = look if isinstance(look, Unseen) or recipe is None else _judge(look, recipe)
    mode = mode_of(station, recipe)
    if isinstance(judged, Unseen):
        action = recipe.fail_safe if recipe is not None else Action.REJECT
        plan = OutputPlan(action=action, suppressed=not mode.drives_outputs)
        return Decision(Verdict.NO_READ, judged.cause, judged.detail, mode, plan)
    assert isinstance(judged, Verdict)
    assert recipe is not None
    plan = OutputPlan(action=_action(judged, recipe), suppressed=not mode.drives_outputs)
    return Decision(judged, None, "", mode, plan)


def _judge(look: Seen, recipe: RecipeSpec) -> Verdict | Unseen:
    if not math.isfinite(look.score):
        return Unseen(NoReadCause.INSPECTION_FAILED, f"The model gave the score {look.score}.")
    try:
        thresholds = Thresholds(good_below=recipe.good_below, bad_above=recipe.bad_above)
    except ValueError as error:
        return Unseen(NoReadCause.INSPECTION_FAILED, f"The recipe cannot be evaluated: {error}.")
    return verdict_of(look.score, thresholds)


def _action(verdict: Verdict, recipe: RecipeSpec) -> Action:
    match verdict:
        case Verdict.GOOD:
            return Action.PASS
        case Verdict.BAD:
            return Action.REJECT
        case Verdict.UNSURE:
            return recipe.unsure_action
        case Verdict.NO_READ:
            return recipe.fail_safe
