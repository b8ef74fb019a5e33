"""Recording what journals bring, and reading it back.

The functions that record answer with the moment whose key figures they change, for the caller to recompute once per
batch. All of them can be called again with the same event and change nothing then.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from goodpart.kpi.minutes import InspectedPart
from goodpart.server.inspections import repository
from goodpart.server.inspections.errors import InspectionNotFoundError
from goodpart.server.inspections.model import (
    Inspection,
    InspectionCounts,
    InspectionFilter,
    Looks,
    NotGood,
    RecordOutcome,
    check_images_usable,
    check_usable,
)
from goodpart.server.inspections.schemas import InspectionOut
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.wire.events import EjectConfirmed, ImagesKept, InspectionRecorded, OutputRecorded
from goodpart.wire.verdicts import Verdict

ANNOUNCED_AT_ONCE = 50
"""Of a batch after an outage only the newest inspections go to the live stream: it shows the present."""


@dataclass(frozen=True)
class Changed:
    """The part that an event was about."""

    inspection: str
    triggered_at: datetime


async def record(work: Work, *, gateway: str, station: str, event: InspectionRecorded) -> RecordOutcome:
    """Record one look at one part. Raises `UnusableInspectionError` before anything is written."""
    check_usable(event)
    return await repository.add(work.session, event, gateway=gateway, station=station, received_at=work.now)


async def record_output(work: Work, *, station: str, event: OutputRecorded) -> Changed | None:
    """How the output of a part ended. None where this station never recorded that inspection."""
    at = await repository.set_outcome(
        work.session,
        event.inspection,
        station=station,
        action=event.action,
        outcome=event.outcome,
        trigger_to_output_ms=event.trigger_to_output_ms,
        reconciled=event.reconciled,
    )
    return Changed(event.inspection, at) if at else None


async def record_eject(work: Work, *, station: str, event: EjectConfirmed) -> Changed | None:
    """The part was seen going. None where this station has no inspection of it."""
    inspection = event.inspection or await repository.find_by_sequence(work.session, station, event.sequence)
    if inspection is None:
        return None
    at = await repository.set_ejected(work.session, inspection, station=station)
    return Changed(inspection, at) if at else None


async def keep_images(work: Work, *, station: str, event: ImagesKept) -> Changed | None:
    """The images that will be uploaded for an inspection. None where this station never recorded it.

    Raises `UnusableInspectionError` before anything is written.
    """
    check_images_usable(event.inspection, event.images)
    at = await repository.keep_images(work.session, event.inspection, event.images, station=station)
    return Changed(event.inspection, at) if at else None


async def image_arrived(work: Work, *, gateway: str, sha256: str, size_bytes: int) -> None:
    """An image is in the object store, on disk. Call it after the put, before the gateway is answered."""
    new = await repository.add_arrived_image(
        work.session, sha256, size_bytes=size_bytes, gateway=gateway, received_at=work.now
    )
    if new:
        await announce(work, await repository.of_image(work.session, sha256))


async def sees_image(work: Work, sha256: str) -> bool:
    """Whether an inspection within reach has this image."""
    return await repository.has_image(work.session, sha256, work.reach)


async def has_arrived(work: Work, sha256: str) -> bool:
    return await repository.has_arrived(work.session, sha256)


async def announce(work: Work, inspections: Iterable[str]) -> None:
    """Send inspections to the live stream once the transaction is on disk, as they are now; the newest come last."""
    newest = sorted(set(inspections))[-ANNOUNCED_AT_ONCE:]
    found = await repository.find_many(work.session, newest) if newest else []
    for item in reversed(await as_items(work, found)):
        work.after_commit(Signal("inspection", item.model_dump(mode="json"), places=(item.station,)))


async def set_reviewed_verdict(work: Work, inspection: str, verdict: Verdict) -> None:
    """The latest word of a person on a part. Whoever calls it also recomputes the key figures."""
    await repository.set_reviewed_verdict(work.session, inspection, verdict)


async def get(work: Work, inspection: str) -> Inspection:
    """Raises `InspectionNotFoundError`, also for one of a station out of reach."""
    found = await repository.find(work.session, inspection)
    if found is None or not work.reach.sees(found.station):
        raise InspectionNotFoundError.of("inspection", inspection)
    return found


async def list_newest(work: Work, wanted: InspectionFilter, request: PageRequest) -> Page[Inspection]:
    return await repository.list_newest(work.session, wanted, request, work.reach)


async def count(work: Work, wanted: InspectionFilter) -> InspectionCounts:
    return await repository.count(work.session, wanted, work.reach)


async def looks(work: Work, wanted: InspectionFilter, newest: int) -> Looks:
    """The ``newest`` looks that have a score, and every earlier one that was reviewed."""
    return await repository.looks(work.session, wanted, newest)


async def neighbours(work: Work, one: Inspection) -> tuple[str | None, str | None]:
    """The inspections before and after this one at its station, by part sequence."""
    return await repository.neighbours(work.session, one)


async def parts_between(work: Work, station: str, start: datetime, end: datetime) -> list[InspectedPart]:
    """What key figures need of the parts triggered from ``start`` up to but without ``end``."""
    return await repository.parts_between(work.session, station, start, end)


async def not_good(work: Work, wanted: InspectionFilter) -> Counter[NotGood]:
    """How many of these parts are not good, by what is known of why."""
    return await repository.not_good(work.session, wanted)


async def first_trigger(work: Work, station: str) -> datetime | None:
    return await repository.first_trigger(work.session, station)


async def as_items(work: Work, found: Iterable[Inspection]) -> list[InspectionOut]:
    names = await places.names(work)
    return [InspectionOut.of(one, names.get(one.station, "")) for one in found]
