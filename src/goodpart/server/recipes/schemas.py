"""Recipes as the browser sees them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from goodpart.server.kit.edits import Editable
from goodpart.server.models.schemas import ThresholdsOut
from goodpart.server.recipes.model import Evidence, Recipe
from goodpart.vision.costs import CostSuggestion
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode


class NewRecipe(BaseModel):
    station: str
    part_number: str
    """``*`` for every part number of the station that has no recipe of its own."""
    model: str
    fail_safe: Action = Action.REJECT
    """What the line is told for a part that was not looked at."""
    deadline_ms: Annotated[int, Field(ge=20, le=60_000)] = 400
    good_below: float | None = None
    bad_above: float | None = None
    """Null: the model's own threshold."""


class Promotion(BaseModel):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")] = ""
    accept_escape_rate: Annotated[float, Field(ge=0, le=1)] = 0
    """The share of reviewed bad parts judged good that the promoter answers for, where it is above the rule's."""


class Needed(BaseModel):
    """How many reviewed parts a promotion takes altogether."""

    reviewed: int
    good: int
    bad: int


Cost = Annotated[float, Field(ge=0, le=1e12)]


class CostsIn(BaseModel):
    """In one currency, whichever."""

    escape: Cost
    """Of a bad part that is passed."""
    overkill: Cost
    """Of a good part that is rejected."""
    unsure: Cost
    """Of a part that a person looks at."""
    defect_share: Annotated[float, Field(gt=0, lt=1)] = 0.01
    """Of bad parts in production."""


class CostSuggestionOut(BaseModel):
    good_below: float
    bad_above: float
    expected: float
    """Of the pair, for 1,000 parts, on parts that it was not chosen on."""
    low: float
    high: float
    """At 95 % confidence in each rate."""
    present: float
    """What the recipe's own thresholds cost on the same parts."""
    good_below_range: tuple[float, float]
    bad_above_range: tuple[float, float]
    """Where 95 % of other samples of as many parts would put the cheapest pair."""
    keeps_present: bool
    """Whether the pair is the recipe's own, because nothing is shown to cost less."""
    reviewed_good: int
    reviewed_bad: int
    statements: list[str]

    @classmethod
    def of(cls, found: CostSuggestion) -> "CostSuggestionOut":
        return cls(
            good_below=found.thresholds.good_below,
            bad_above=found.thresholds.bad_above,
            expected=found.expected,
            low=found.low,
            high=found.high,
            present=found.present,
            good_below_range=found.good_below_range,
            bad_above_range=found.bad_above_range,
            keeps_present=found.keeps_present,
            reviewed_good=found.n_good,
            reviewed_bad=found.n_bad,
            statements=list(found.statements),
        )


class EvidenceOut(BaseModel):
    observed: int
    """Parts seen, of the newest 10,000 looks; each counts once, however often it was looked at."""
    reviewed: int
    reviewed_good: int
    reviewed_bad: int
    escapes: int
    """Parts reviewed as bad that the present thresholds judge good."""
    overkills: int
    """Parts reviewed as good that the present thresholds judge bad."""
    escape_rate_upper: float | None
    """Of reviewed bad parts that were judged good, at 95 % confidence; null where there is no part to tell."""
    passed: int
    """Observed parts judged good."""
    passed_reviewed: int
    """Of them, those that a person reviewed."""
    passed_bad: int
    """Of these, the bad ones."""
    passed_bad_upper: float | None
    """Of parts judged good those that are bad, at 95 % confidence; null while none of them was reviewed."""
    unsure: int
    """Observed parts that go to a person."""
    false_rejects_at_most: int
    """Observed parts judged bad that no person found bad: no more good parts than these were rejected."""
    false_reject_rate_upper: float | None
    """Good parts judged bad, of all parts, at 95 % confidence, whether parts were reviewed or not."""
    good_at_least: int
    """So many of the observed parts are good, whatever the rejected ones are; at 97.5 % confidence."""
    overkill_rate_upper: float | None
    """Good parts judged bad, of good parts, at 95 % confidence; null before a part was reviewed as good."""
    needed: Needed
    may_promote: bool
    reasons: list[str]
    """Why it may not be promoted, a sentence each."""
    suggested: ThresholdsOut | None
    """What live parts suggest as thresholds; null before five good ones and some that were not judged good are
    reviewed."""
    statements: list[str]
    """What the observed parts show, a sentence each."""

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceOut":
        needed, live = evidence.needed, evidence.live
        return cls(
            observed=live.seen,
            reviewed=evidence.reviewed,
            reviewed_good=evidence.reviewed_good,
            reviewed_bad=evidence.reviewed_bad,
            escapes=evidence.escapes,
            overkills=evidence.overkills,
            escape_rate_upper=evidence.escape_rate_upper,
            passed=live.passed,
            passed_reviewed=live.passed_reviewed,
            passed_bad=live.passed_bad,
            passed_bad_upper=live.passed_bad_below,
            unsure=live.unsure,
            false_rejects_at_most=live.false_rejects_at_most,
            false_reject_rate_upper=live.false_rejects_below,
            good_at_least=live.good_at_least,
            overkill_rate_upper=live.overkill_rate_below,
            needed=Needed(reviewed=needed.reviewed, good=needed.good, bad=needed.bad),
            may_promote=evidence.may_promote,
            reasons=list(evidence.reasons),
            suggested=ThresholdsOut(good_below=evidence.suggested.good_below, bad_above=evidence.suggested.bad_above)
            if evidence.suggested
            else None,
            statements=list(live.statements),
        )


class RecipeOut(Editable):
    untagged = frozenset({"evidence"})

    id: str
    station: str
    part_number: str
    model: str
    revision: int
    mode: Mode
    good_below: float
    bad_above: float
    fail_safe: Action
    deadline_ms: int
    evidence: EvidenceOut
    created_at: datetime
    """Of this revision."""

    @classmethod
    def of(cls, recipe: Recipe, evidence: Evidence) -> "RecipeOut":
        return cls(
            id=recipe.id,
            station=recipe.station,
            part_number=recipe.part_number,
            model=recipe.model,
            revision=recipe.revision,
            mode=recipe.mode,
            good_below=recipe.thresholds.good_below,
            bad_above=recipe.thresholds.bad_above,
            fail_safe=recipe.fail_safe,
            deadline_ms=recipe.deadline_ms,
            evidence=EvidenceOut.of(evidence),
            created_at=recipe.created_at,
        )
