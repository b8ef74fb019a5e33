"""A recipe's revisions, and the rule by which one is promoted from observing to rejecting. Pure."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from goodpart.vision.costs import Costs, CostSuggestion, suggest_by_cost
from goodpart.vision.observed import LiveParts, LiveProof, prove_live, suggest_live
from goodpart.vision.threshold import prove
from goodpart.vision.verdict import Thresholds
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode

if TYPE_CHECKING:
    from goodpart.server.kit.work import Work

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

    ``earlier`` holds parts from before the ``newest``, the reviewed ones alone: they say what people found, but not
    how many parts there were.
    """

    newest: LiveParts
    earlier: LiveParts = field(default_factory=LiveParts)

    @property
    def good_scores(self) -> list[float]:
        """Of parts that a person reviewed as good."""
        return [*self.newest.good, *self.earlier.good]

    @property
    def bad_scores(self) -> list[float]:
        return [*self.newest.bad, *self.earlier.bad]


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

    Escapes and overkills are what the present thresholds make of the reviewed parts' scores; ``live`` is what they make
    of all parts seen. The bound on escapes holds at 95 % confidence; None where there is no part to tell.
    """

    live: LiveProof
    reviewed_good: int
    reviewed_bad: int
    escapes: int
    overkills: int
    escape_rate_upper: float | None
    needed: PromotionRule
    reasons: tuple[str, ...]
    suggested: Thresholds | None = None
    """Thresholds that the live parts themselves suggest; None before enough of them were reviewed."""

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
        live=prove_live(parts.newest, thresholds),
        reviewed_good=proof.n_good,
        reviewed_bad=proof.n_bad,
        escapes=proof.escapes,
        overkills=proof.overkills,
        escape_rate_upper=proof.escape_rate_below if proof.n_bad else None,
        needed=rule,
        reasons=tuple(reasons),
        suggested=suggest_live(parts.newest, thresholds, also_bad=parts.earlier.bad),
    )


def suggest_cheapest(parts: ObservedParts, costs: Costs, present: Thresholds) -> CostSuggestion:
    """The thresholds that cost least on the reviewed parts, or the present ones where nothing is shown to cost less.

    Raises `ValueError` with too few reviewed parts.

    People review what looked bad or unsure more than the rest, so among the reviewed good parts high scores are more
    frequent than on the line: what false rejects cost is stated rather too high than too low.
    """
    return suggest_by_cost(parts.good_scores, parts.bad_scores, costs, present)
