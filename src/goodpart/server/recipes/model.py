"""A recipe's revisions, and the rule by which one is promoted from observing to rejecting. Pure."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from goodpart.vision.costs import Costs, CostSuggestion, suggest_by_cost
from goodpart.vision.threshold import prove, suggest_thresholds
from goodpart.vision.verdict import Thresholds
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode

if TYPE_CHECKING:
    from goodpart.server.kit.work import Work

_GOOD_PARTS_TO_SUGGEST = 5
ANY_PART_NUMBER = "*"
"""A recipe for every part number of a station that has none of its own."""


@dataclass(frozen=True)
class Recipe:
    """The latest revision of what a station does for a part number."""

    id: str
    station: str
    part_number: str
    revision: int
    model: str
    mode: Mode
    thresholds: Thresholds
    fail_safe: Action
    deadline_ms: int
    note: str
    created_at: datetime
    created_by: str

    @property
    def observes(self) -> bool:
        return self.mode is Mode.OBSERVE


@dataclass(frozen=True)
class ObservedParts:
    """What live parts in observe mode, looked at by a recipe's model, have shown so far.

    ``good_scores`` and ``bad_scores`` are those of parts that a person reviewed as good or bad.
    """

    observed: int
    good_scores: Sequence[float] = ()
    bad_scores: Sequence[float] = ()


@dataclass(frozen=True)
class PromotionRule:
    """What a recipe has to show before its verdicts drive outputs."""

    reviewed: int = 20
    good: int = 5
    """Of the reviewed parts: a recipe that was never shown to know a good part must not reject."""
    bad: int = 0
    max_escape_rate: float = 0.05
    """Of the reviewed bad parts that the recipe judged good: the rate itself, not its bound."""


@dataclass(frozen=True)
class Evidence:
    """The figures behind a promotion, with what is still missing, in sentences.

    Escapes and overkills are what the present thresholds make of the reviewed parts' scores. The upper bounds hold at
    95 % confidence; None where there is no part to tell.
    """

    observed: int
    reviewed_good: int
    reviewed_bad: int
    escapes: int
    overkills: int
    escape_rate_upper: float | None
    overkill_rate_upper: float | None
    needed: PromotionRule
    reasons: tuple[str, ...]
    suggested: Thresholds | None = None
    """Thresholds that the reviewed parts themselves suggest; None before a bad one is among them."""

    @property
    def reviewed(self) -> int:
        return self.reviewed_good + self.reviewed_bad

    @property
    def may_promote(self) -> bool:
        return not self.reasons


class EvidenceSource(ABC):
    """Where the observed parts of a recipe are known: inspections and reviews, which know recipes, not the reverse."""

    @abstractmethod
    async def observed_parts(self, work: "Work", *, recipe: str, package: str) -> ObservedParts:
        """The parts that ``recipe`` looked at in observe mode with the package of its present model."""


def weigh(parts: ObservedParts, thresholds: Thresholds, rule: PromotionRule) -> Evidence:
    """What ``parts`` say for a promotion. Fails closed: whatever is not shown is a reason against it."""
    proof = prove(parts.good_scores, parts.bad_scores, thresholds)
    reviewed = proof.n_good + proof.n_bad
    reasons = [
        f"{found} of the {wanted} {what} are there."
        for found, wanted, what in (
            (reviewed, rule.reviewed, "reviewed parts that are needed"),
            (proof.n_good, rule.good, "parts reviewed as good that are needed"),
            (proof.n_bad, rule.bad, "parts reviewed as bad that are needed"),
        )
        if found < wanted
    ]
    if proof.n_bad and proof.escapes > rule.max_escape_rate * proof.n_bad:
        reasons.append(
            f"{proof.escapes} of {proof.n_bad} parts reviewed as bad were judged good; "
            f"at most {rule.max_escape_rate * 100:g} % may be."
        )
    return Evidence(
        observed=parts.observed,
        reviewed_good=proof.n_good,
        reviewed_bad=proof.n_bad,
        escapes=proof.escapes,
        overkills=proof.overkills,
        escape_rate_upper=proof.escape_rate_below if proof.n_bad else None,
        overkill_rate_upper=proof.overkill_rate_below if proof.n_good else None,
        needed=rule,
        reasons=tuple(reasons),
        suggested=suggest(parts),
    )


def suggest(parts: ObservedParts) -> Thresholds | None:
    """Thresholds sharpened by the reviewed bad parts. Live parts are scored by a model that has not seen them."""
    if len(parts.good_scores) < _GOOD_PARTS_TO_SUGGEST or not parts.bad_scores:
        return None
    return suggest_thresholds(parts.good_scores, parts.bad_scores)


def suggest_cheapest(parts: ObservedParts, costs: Costs, present: Thresholds) -> CostSuggestion:
    """The thresholds that cost least on the reviewed parts, or the present ones where nothing is shown to cost less.

    Raises `ValueError` with too few reviewed parts.

    People review what looked bad or unsure more than the rest, so among the reviewed good parts high scores are more
    frequent than on the line: what false rejects cost is stated rather too high than too low.
    """
    return suggest_by_cost(parts.good_scores, parts.bad_scores, costs, present)
