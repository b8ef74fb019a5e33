"""Two thresholds from the scores of good parts, and what a sample of known parts supports about them.

Scores of good parts must be cross-fitted: each part scored by a model that has not seen it. The same functions serve
the training report, the command line and the slider in the browser. Not imported where parts are inspected.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from goodpart.vision.verdict import Thresholds, decide
from goodpart.wire.verdicts import Verdict

CONFIDENCE = 0.95
GOOD_SHARE = 0.98
"""The share of good parts that should score below ``good_below``: one in fifty goes to a person."""
NEVER_BAD_SHARE = 0.9995
"""The share of good parts that should score below ``bad_above``."""
SHARPENED_SHARE = 0.995
"""The same where known defects show that a lower ``bad_above`` rejects more of them."""
CAUGHT_SHARE = 0.9
"""As many known defects as ``bad_above`` is lowered for: the weakest may stay with a person."""
OUTLIER_DEVIATIONS = 6.0
DOUBTFUL_DEVIATIONS = 4.0
_MOST_DEVIATIONS = 40.0
_LEAST_DEVIATION = 0.03
_ENOUGH_FOR_A_TAIL = 20
_ENOUGH_FOR_ORDER = 300
_ENOUGH_DEFECTS = 10


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What known parts say about a pair of thresholds.

    An escape is a bad part judged good, an overkill a good part judged bad; parts judged unsure are counted apart.
    The upper bounds hold at 95 % confidence, one-sided, and are 1 where there is no part to tell.
    """

    n_good: int
    n_bad: int
    escapes: int
    overkills: int
    unsure_good: int
    unsure_bad: int
    escape_rate_below: float
    overkill_rate_below: float
    statements: tuple[str, ...]


def suggest_thresholds(good_scores: Sequence[float], bad_scores: Sequence[float] = ()) -> Thresholds:
    """Thresholds from at least two cross-fitted scores of good parts, sharpened by scores of known bad ones.

    Each threshold is the bound below which the next good part falls with the stated probability, so few parts give
    wide bounds (see `good_part_bound`). Outliers are left out. Known bad parts pull ``good_below`` under the lowest of
    them, as far as nine of ten good parts stay good; ten or more of them also pull ``bad_above`` down to reject nine
    of ten, as far as 99.5 % of good parts stay below it. Scores of one part in several images are to be reduced to one
    first (`goodpart.vision.parts.one_a_part`).
    """
    scores = np.asarray(good_scores, np.float64)
    if scores.size < 2 or not np.isfinite(scores).all():
        raise ValueError("thresholds need at least two finite scores of good parts")
    logs = np.log(np.maximum(scores[~outliers(scores)], 1e-6))
    good_below = float(np.exp(good_part_bound(logs, GOOD_SHARE)))
    bad_above = max(float(np.exp(good_part_bound(logs, NEVER_BAD_SHARE))), good_below)
    if len(bad_scores) >= _ENOUGH_DEFECTS:
        lowest = float(np.exp(good_part_bound(logs, SHARPENED_SHARE)))
        wanted = float(np.quantile(np.asarray(bad_scores, np.float64), 1 - CAUGHT_SHARE))
        bad_above = max(min(bad_above, max(wanted, lowest)), good_below)
    if len(bad_scores):
        floor = float(np.quantile(scores, 0.9))
        good_below = max(min(good_below, 0.98 * float(np.min(bad_scores))), min(floor, good_below))
    return Thresholds(good_below=good_below, bad_above=bad_above)


def good_part_bound(logs: NDArray[np.float64], share: float) -> float:
    """The logarithm of a score below which the next good part falls with probability ``share``, of their ``logs``.

    Scores of good parts have a longer tail than a normal distribution of logarithms gives them. So the bound is, by
    the number of parts n:

    n < 20     that of a normal sample (Hahn and Meeker, "Statistical Intervals", section 4.8): there is no tail to see
    n ≥ 20     of an exponential tail fitted to the 1.2·√n highest logarithms (Hill 1975; the exact predictive bound of
               an exponential sample, whose mean of k is k·((1 - p)^(-1/k) - 1) away)
    n ≥ 300    where the share leaves five parts above it, an order statistic, which assumes no distribution at all:
               the ⌈(n + 1)·share⌉-th (Vovk et al., "Algorithmic Learning in a Random World", section 2)
    """
    count = logs.size
    if count < _ENOUGH_FOR_A_TAIL:
        spread = max(float(logs.std(ddof=1)) if count > 1 else 0.0, _LEAST_DEVIATION) * float(np.sqrt(1 + 1 / count))
        # Student's t with one degree of freedom has no useful tail: of two parts hardly anything is called bad.
        deviations = min(float(special.stdtrit(max(count - 1, 1), share)), _MOST_DEVIATIONS)
        return float(logs.mean()) + spread * deviations
    ordered = np.sort(logs)
    rank = int(np.ceil((count + 1) * share))
    if count >= _ENOUGH_FOR_ORDER and rank <= count - 5:
        return float(ordered[rank - 1])
    beyond = max(4, round(1.2 * np.sqrt(count)), int(np.ceil(count * (1 - share))))
    start = float(ordered[-beyond - 1])
    excess = max(float((ordered[-beyond:] - start).mean()), _LEAST_DEVIATION / 2)
    left = count * (1 - share) / beyond
    return float(start + beyond * excess * (left ** (-1 / beyond) - 1))


def outliers(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which scores lie so far above the others that the part is likely not good; robust against themselves."""
    return np.asarray(_deviations(scores) > OUTLIER_DEVIATIONS)


def doubtful(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which scores lie far above the others, but not so far that thresholds leave them out: a person is to look."""
    deviations = _deviations(scores)
    return np.asarray((deviations > DOUBTFUL_DEVIATIONS) & (deviations <= OUTLIER_DEVIATIONS))


def _deviations(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each lies above the median, in logarithms and robust standard deviations."""
    logs = np.log(np.maximum(scores, 1e-6))
    middle = np.median(logs)
    deviation = max(1.4826 * float(np.median(np.abs(logs - middle))), _LEAST_DEVIATION)
    return np.asarray((logs - middle) / deviation)


def upper_bound(events: int, parts: int, confidence: float = CONFIDENCE) -> float:
    """The highest rate that ``events`` in ``parts`` leave possible (Clopper and Pearson 1934, one-sided)."""
    if not 0 <= events <= parts:
        raise ValueError("events are counted among the parts")
    if events == parts:
        return 1.0
    return float(special.betaincinv(events + 1, parts - events, confidence))


def interval(events: int, parts: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The rates that ``events`` in ``parts`` leave possible, from and to (Clopper and Pearson 1934, two-sided)."""
    half = (1 + confidence) / 2
    return 1 - upper_bound(parts - events, parts, half), upper_bound(events, parts, half)


def parts_needed(rate: float, confidence: float = CONFIDENCE) -> int:
    """How many parts without one event show a rate below ``rate`` (the rule of three)."""
    if not 0 < rate < 1:
        raise ValueError("a rate lies between 0 and 1")
    return int(np.ceil(np.log(1 - confidence) / np.log1p(-rate)))


def prove(good_scores: Sequence[float], bad_scores: Sequence[float], thresholds: Thresholds) -> Proof:
    """Count what the thresholds do to known parts, and say what that supports."""
    good = [decide(score, thresholds) for score in good_scores]
    bad = [decide(score, thresholds) for score in bad_scores]
    escapes, overkills = bad.count(Verdict.GOOD), good.count(Verdict.BAD)
    escape_bound = upper_bound(escapes, len(bad)) if bad else 1.0
    overkill_bound = upper_bound(overkills, len(good)) if good else 1.0
    return Proof(
        n_good=len(good),
        n_bad=len(bad),
        escapes=escapes,
        overkills=overkills,
        unsure_good=good.count(Verdict.UNSURE),
        unsure_bad=bad.count(Verdict.UNSURE),
        escape_rate_below=escape_bound,
        overkill_rate_below=overkill_bound,
        statements=(
            _on_escapes(escapes, len(bad), escape_bound),
            _on_overkills(overkills, len(good), overkill_bound),
            *_on_unsure(good, bad),
        ),
    )


def told_bound(rate: float) -> str:
    """An upper bound in percent, rounded up so that the statement stays true."""
    percent = rate * 100
    if percent >= 10:
        return f"{np.ceil(percent):.0f} %"
    return f"{np.ceil(percent * 10 - 1e-9) / 10:g} %"


def _on_escapes(escapes: int, parts: int, bound: float) -> str:
    if parts == 0:
        return "No known defect was shown: nothing can be said about escapes yet. Label defects to learn the rate."
    return f"{escapes} of {parts} known defects missed: escape rate below {told_bound(bound)} at 95 % confidence."


def _on_overkills(overkills: int, parts: int, bound: float) -> str:
    if parts == 0:
        return "No good part was shown: nothing can be said about false rejects."
    said = f"{overkills} of {parts} good parts rejected: false rejects below {told_bound(bound)} at 95 % confidence"
    if overkills:
        return f"{said}."
    goal = next_goal(bound)
    if goal is None:
        return f"{said}."
    rate, needed = goal
    return (
        f"{said}; {parts} good parts cannot show less. {needed} good parts in observe mode "
        f"without a false reject show {told_bound(rate)}."
    )


def _on_unsure(good: list[Verdict], bad: list[Verdict]) -> tuple[str, ...]:
    unsure_good, unsure_bad = good.count(Verdict.UNSURE), bad.count(Verdict.UNSURE)
    if not unsure_good and not unsure_bad:
        return ()
    counts = [(unsure_good, good, "good parts"), (unsure_bad, bad, "defects")]
    told = " and ".join(f"{unsure} of {len(of)} {what}" for unsure, of, what in counts if of)
    return (f"{told} go to a person.",)


def next_goal(bound: float) -> tuple[float, int] | None:
    """The next rate below ``bound`` that is worth showing, and how many parts without one event show it."""
    rate = next((rate for rate in (0.05, 0.01, 0.005, 0.001) if rate < bound), None)
    return None if rate is None else (rate, _rounded_up(parts_needed(rate)))


def _rounded_up(parts: int) -> int:
    step = 10 if parts < 1000 else 100
    return -(-parts // step) * step
