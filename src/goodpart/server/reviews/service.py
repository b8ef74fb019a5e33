"""Reviewing parts: the verdict, the key figures and the evidence change in one transaction."""

from goodpart.kpi.minutes import affected_minutes
from goodpart.server.audit import service as audit
from goodpart.server.inspections import service as inspections
from goodpart.server.inspections.model import InspectionFilter
from goodpart.server.kit.work import Work
from goodpart.server.kpis import service as kpis
from goodpart.server.recipes.model import EvidenceSource, ObservedParts
from goodpart.server.reviews import repository
from goodpart.server.reviews.model import Review, by_part
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

NEWEST_LOOKS = 10_000
"""As many tell of parts that nobody reviewed: a recipe may observe for weeks, and its page is asked for often."""


async def review(work: Work, inspection: str, *, verdict: Verdict, note: str) -> Review:
    """Say what a part really was. Raises `InspectionNotFoundError`."""
    assert verdict in {Verdict.GOOD, Verdict.BAD}
    part = await inspections.get(work, inspection)
    work.reach.require(part.station)
    added = Review(work.new_id(), inspection, verdict, note, work.actor.name, work.now)
    await repository.add(work.session, added)
    await inspections.set_reviewed_verdict(work, inspection, verdict)
    await audit.record(
        work,
        "inspection.reviewed",
        inspection,
        f"Part {part.sequence}: from {part.final_verdict} to {verdict}. {note}".strip(),
    )
    await kpis.recompute(work, part.station, affected_minutes(parts=[part.triggered_at]))
    await inspections.announce(work, [inspection])
    return added


async def of_inspection(work: Work, inspection: str) -> list[Review]:
    """Oldest first; the last one counts."""
    return await repository.of_inspection(work.session, inspection)


class ReviewedParts(EvidenceSource):
    """The evidence for a promotion: what people said of the parts that a recipe looked at in observe mode."""

    async def observed_parts(self, work: Work, *, recipe: str, package: str) -> ObservedParts:
        wanted = InspectionFilter(recipe=recipe, package=package, mode=Mode.OBSERVE)
        looks = await inspections.looks(work, wanted, NEWEST_LOOKS)
        return ObservedParts(by_part(looks.newest), by_part(looks.earlier))
