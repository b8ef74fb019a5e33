"""A review: one person's verdict on one inspection, and what reviews make of the parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from goodpart.server.inspections.model import Look
from goodpart.vision.observed import LiveParts
from goodpart.wire.verdicts import Verdict


@dataclass(frozen=True)
class Review:
    id: str
    inspection: str
    verdict: Verdict
    """Good or bad: a person does not leave it open."""
    note: str
    by: str
    at: datetime


def by_part(looks: Iterable[Look]) -> LiveParts:
    """One score for each part, however often it was looked at, each as its worst look makes it.

    A review speaks of the part, and so for its other looks too. A part that was found bad at one look and good at
    another (reworked, say) counts as both, its unreviewed looks as those of the good one: worst of all a false reject.
    """
    parts: dict[str, list[Look]] = {}
    for look in looks:
        parts.setdefault(look.part, []).append(look)
    good, bad, unreviewed = [], [], []
    for of_part in parts.values():
        seen_good, seen_bad, others = (
            [look.score for look in of_part if look.reviewed is said] for said in (Verdict.GOOD, Verdict.BAD, None)
        )
        if seen_good:
            good.append(max([*seen_good, *others]))
        if seen_bad:
            bad.append(min(seen_bad if seen_good else [*seen_bad, *others]))
        if not seen_good and not seen_bad:
            unreviewed.append(max(others))
    return LiveParts(good=tuple(good), bad=tuple(bad), unreviewed=tuple(unreviewed))
