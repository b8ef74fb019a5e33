"""What live parts say about a pair of thresholds, though nobody has looked at most of them.

A false reject is a good part judged bad, as in `goodpart.vision.threshold.prove`. A part that was judged good is none,
whatever it is, and one that a person found bad is none either. What is left, rejected and not found bad, is counted
as false rejects altogether, so the bounds hold whichever parts people chose to look at, fall with each part that
passes, and fall with each review of a rejected one. One score counts for each part. Not imported where parts are
inspected.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from goodpart.vision.threshold import CONFIDENCE, next_goal, suggest_thresholds, told_bound, upper_bound
from goodpart.vision.verdict import Thresholds, decide
from goodpart.wire.verdicts import Verdict

LEAST_GOOD_PARTS = 5
"""Reviewed as good, before thresholds are suggested."""


class LiveParts(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of live parts by what a person said of them; ``unreviewed`` ones may be anything.

    The model has seen none of them, so that their scores are those of any next part.
    """

    good: Sequence[float] = ()
    bad: Sequence[float] = ()
    unreviewed: Sequence[float] = ()

    @property
    def seen(self) -> int:
        return len(self.good) + len(self.bad) + len(self.unreviewed)


class LiveProof(msgspec.Struct, frozen=True, kw_only=True):
    """What the thresholds do to live parts. The upper bounds hold at 95 % confidence; None where nothing can be said.

    ``false_rejects_at_most`` of the ``seen`` parts were judged bad and not found bad by a person.
    ``false_rejects_below`` is the rate of good parts that are rejected among all parts, which takes no review.
    ``overkill_rate_below`` is the rate among good parts, of which ``good_at_least`` were seen: how many of the parts
    that pass are bad is bounded by those of them that a person looked at (``passed_reviewed``, found bad
    ``passed_bad``; the rate below ``passed_bad_below``), which takes that they were chosen like the others or with
    more suspicion. ``unsure`` ones go to a person and are neither.
    """

    seen: int
    passed: int
    unsure: int
    passed_reviewed: int
    passed_bad: int
    false_rejects_at_most: int
    good_at_least: int
    false_rejects_below: float | None
    overkill_rate_below: float | None
    passed_bad_below: float | None
    statements: tuple[str, ...]


def prove_live(parts: LiveParts, thresholds: Thresholds) -> LiveProof:
    """Count what the thresholds do to live parts, and bound what it may be of those that nobody looked at."""
    good, bad, unreviewed = (
        [decide(score, thresholds) for score in scores] for scores in (parts.good, parts.bad, parts.unreviewed)
    )
    rejected = good.count(Verdict.BAD) + unreviewed.count(Verdict.BAD)
    looked_at = good.count(Verdict.GOOD) + bad.count(Verdict.GOOD)
    unknown = unreviewed.count(Verdict.GOOD)
    # Two bounds that are to hold together share what may go wrong with either. A sample of finitely many parts tells
    # more of them than the binomial bound says, so that one holds for how many of those seen are bad as well.
    confidence = CONFIDENCE if unknown == 0 else (1 + CONFIDENCE) / 2
    certain = len(good)
    if unknown and looked_at:
        hidden = upper_bound(bad.count(Verdict.GOOD), looked_at, confidence)
        passed_good = int((looked_at + unknown) * (1 - hidden))
        certain += max(passed_good - good.count(Verdict.GOOD), 0)
    proof = LiveProof(
        seen=parts.seen,
        passed=looked_at + unknown,
        unsure=sum(judged.count(Verdict.UNSURE) for judged in (good, bad, unreviewed)),
        passed_reviewed=looked_at,
        passed_bad=bad.count(Verdict.GOOD),
        false_rejects_at_most=rejected,
        good_at_least=certain,
        false_rejects_below=upper_bound(rejected, parts.seen) if parts.seen else None,
        # That rejected ones are good, as they are taken to be, makes more good parts too.
        overkill_rate_below=upper_bound(rejected, certain + unreviewed.count(Verdict.BAD), confidence)
        if good
        else None,
        passed_bad_below=upper_bound(bad.count(Verdict.GOOD), looked_at) if looked_at else None,
        statements=(),
    )
    return msgspec.structs.replace(proof, statements=_statements(proof))


def suggest_live(parts: LiveParts, present: Thresholds, *, also_bad: Sequence[float] = ()) -> Thresholds | None:
    """Thresholds that live parts suggest, by the rule of training; None before enough of them were reviewed.

    People look at what was judged bad or unsure more than at the rest, so reviewed good parts by themselves would put
    thresholds far too high; and unreviewed parts hold bad ones, which would do so too. So of the parts that pass, as
    large a share stands for good ones as was reviewed of those that do not, where good parts are the reviewed ones
    alone. A bad part among those that pass lies below ``good_below`` already: it can hardly lift it, and where no part
    above it was found good, nothing does. ``also_bad`` are scores of bad parts that are known from elsewhere.
    """
    if len(parts.good) < LEAST_GOOD_PARTS:
        return None
    limit = present.good_below
    passed = np.sort([score for score in (*parts.good, *parts.unreviewed) if score < limit])
    found_good = [score for score in parts.good if not score < limit]
    reviewed = len(found_good) + sum(not score < limit for score in parts.bad)
    not_passed = reviewed + sum(not score < limit for score in parts.unreviewed)
    taken = len(passed) if not_passed == 0 else len(passed) * reviewed // not_passed
    # Evenly from the lowest to the highest, so that fewer of them are spread as all are.
    places = ((np.arange(taken) + 0.5) * len(passed) / max(taken, 1)).astype(np.intp)
    good = [*passed[places].tolist(), *found_good]
    if len(good) < LEAST_GOOD_PARTS:
        return None
    found = suggest_thresholds(good, [*parts.bad, *also_bad])
    if found_good or found.good_below <= limit:
        return found
    return Thresholds(good_below=limit, bad_above=max(found.bad_above, limit))


def _statements(proof: LiveProof) -> tuple[str, ...]:
    if proof.false_rejects_below is None:
        return ("No live part was seen yet: nothing can be said of them.",)
    said = (
        f"{proof.false_rejects_at_most} of {proof.seen} live parts were judged bad and not found bad by a person: good "
        f"parts that are rejected are below {told_bound(proof.false_rejects_below)} of all parts at 95 % confidence."
    )
    goal = None if proof.false_rejects_at_most else next_goal(proof.false_rejects_below)
    if goal is not None:
        rate, needed = goal
        said += f" {needed} parts without one show {told_bound(rate)}."
    return (said, *_of_good_parts(proof), _of_passed(proof))


def _of_good_parts(proof: LiveProof) -> tuple[str, ...]:
    if proof.overkill_rate_below is None:
        return ()
    rate = told_bound(proof.overkill_rate_below)
    return (f"Of good parts, of which at least {proof.good_at_least} were seen, below {rate} are rejected.",)


def _of_passed(proof: LiveProof) -> str:
    if proof.passed_bad_below is None:
        return (
            f"None of the {proof.passed} parts judged good was reviewed: nothing can be said about escapes among them."
        )
    return (
        f"{proof.passed_bad} of {proof.passed_reviewed} parts judged good and reviewed were bad: below "
        f"{told_bound(proof.passed_bad_below)} of what passes."
    )
