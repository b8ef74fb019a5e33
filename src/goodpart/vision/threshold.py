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
GOOD_SHARE = 0.99
"""The share of good parts that should score below ``good_below``."""
NEVER_BAD_SHARE = 0.9995
"""The share of good parts that should score below ``bad_above``."""
OUTLIER_DEVIATIONS = 6.0
_LEAST_DEVIATION = 0.03


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

    The logarithms of good scores are taken as normal; each threshold is the bound below which the next good part falls
    with the stated probability (Hahn and Meeker, "Statistical Intervals", section 4.8), so few parts give wide bounds.
    Outliers are left out of the fit. Known bad parts pull ``good_below`` under the lowest of them, as far as nine of
    ten good parts stay good.
    """
    scores = np.asarray(good_scores, np.float64)
    if scores.size < 2 or not np.isfinite(scores).all():
        raise ValueError("thresholds need at least two finite scores of good parts")
    logs = np.log(np.maximum(scores, 1e-6))
    kept = logs[~outliers(scores)]
    centre = float(kept.mean())
    deviation = max(float(kept.std(ddof=1)) if kept.size > 1 else 0.0, _LEAST_DEVIATION)
    spread = deviation * float(np.sqrt(1 + 1 / kept.size))
    freedom = max(kept.size - 1, 1)
    # Student's t with one degree of freedom has no useful tail: the bounds are capped at fifteen deviations.
    lower, upper = (min(float(special.stdtrit(freedom, share)), 15.0) for share in (GOOD_SHARE, NEVER_BAD_SHARE))
    good_below = float(np.exp(centre + spread * lower))
    bad_above = max(float(np.exp(centre + spread * upper)), good_below)
    if len(bad_scores):
        floor = float(np.quantile(scores, 0.9))
        good_below = max(min(good_below, 0.98 * float(np.min(bad_scores))), min(floor, good_below))
    return Thresholds(good_below=good_below, bad_above=bad_above)


def outliers(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which scores lie so far above the others that the part is likely not good; robust against themselves."""
    logs = np.log(np.maximum(scores, 1e-6))
    middle = np.median(logs)
    deviation = max(1.4826 * float(np.median(np.abs(logs - middle))), _LEAST_DEVIATION)
    return np.asarray(logs > middle + OUTLIER_DEVIATIONS * deviation)


def upper_bound(events: int, parts: int, confidence: float = CONFIDENCE) -> float:
    """The highest rate that ``events`` in ``parts`` leave possible (Clopper and Pearson 1934, one-sided)."""
    if not 0 <= events <= parts:
        raise ValueError("events are counted among the parts")
    if events == parts:
        return 1.0
    return float(special.betaincinv(events + 1, parts - events, confidence))


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


def _on_escapes(escapes: int, parts: int, bound: float) -> str:
    if parts == 0:
        return "No known defect was shown: nothing can be said about escapes yet. Label defects to learn the rate."
    return f"{escapes} of {parts} known defects missed: escape rate below {_percent(bound)} at 95 % confidence."


def _on_overkills(overkills: int, parts: int, bound: float) -> str:
    if parts == 0:
        return "No good part was shown: nothing can be said about false rejects."
    said = f"{overkills} of {parts} good parts rejected: false rejects below {_percent(bound)} at 95 % confidence"
    if overkills:
        return f"{said}."
    goal = next((rate for rate in (0.05, 0.01, 0.005, 0.001) if rate < bound), None)
    if goal is None:
        return f"{said}."
    return (
        f"{said}; {parts} good parts cannot show less. {_rounded_up(parts_needed(goal))} good parts in observe mode "
        f"without a false reject show {_percent(goal)}."
    )


def _on_unsure(good: list[Verdict], bad: list[Verdict]) -> tuple[str, ...]:
    unsure_good, unsure_bad = good.count(Verdict.UNSURE), bad.count(Verdict.UNSURE)
    if not unsure_good and not unsure_bad:
        return ()
    return (f"{unsure_good} of {len(good)} good parts and {unsure_bad} of {len(bad)} defects go to a person.",)


def _percent(rate: float) -> str:
    """Rounded up, so that the statement stays true."""
    percent = rate * 100
    if percent >= 10:
        return f"{np.ceil(percent):.0f} %"
    return f"{np.ceil(percent * 10 - 1e-9) / 10:g} %"


def _rounded_up(parts: int) -> int:
    step = 10 if parts < 1000 else 100
    return -(-parts // step) * step
