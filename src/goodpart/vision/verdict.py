"""From a score and two thresholds to a verdict. Pure; the gateway, the command line and the server all use this."""

import math

import msgspec

from goodpart.wire.verdicts import Verdict


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Scores below ``good_below`` are good, scores at or above ``bad_above`` are bad, between them a person decides.

    Equal values leave no room for `unsure`. Both are finite and in this order.
    """

    good_below: float
    bad_above: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.good_below) and math.isfinite(self.bad_above)):
            raise ValueError("thresholds are finite numbers")
        if self.good_below > self.bad_above:
            raise ValueError("the threshold for good is not above the threshold for bad")


def decide(score: float, thresholds: Thresholds) -> Verdict:
    """The verdict on a score. A score that is not a number is never good: it is `Verdict.UNSURE`."""
    if math.isnan(score):
        return Verdict.UNSURE
    if score >= thresholds.bad_above:
        return Verdict.BAD
    if score < thresholds.good_below:
        return Verdict.GOOD
    return Verdict.UNSURE
