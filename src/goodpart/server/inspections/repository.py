"""Inspections in the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Insert, Text, case, cast, func, literal, or_, select, tuple_, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from goodpart.kpi.minutes import InspectedPart
from goodpart.server.inspections.model import (
    Inspection,
    InspectionCounts,
    InspectionFilter,
    KeptImage,
    Look,
    Looks,
    NotGood,
    Output,
    RecordOutcome,
    TableRow,
    storable,
)
from goodpart.server.inspections.tables import ArrivedImageRow, InspectionImageRow, InspectionRow
from goodpart.server.kit.pages import Page, PageRequest, fetch_page, from_there_on
from goodpart.server.kit.reach import Reach
from goodpart.wire.events import (
    Action,
    DefectRegion,
    ImageRef,
    InspectionRecorded,
    OpticsMark,
    OutputOutcome,
    StageLatency,
)
from goodpart.wire.verdicts import NoReadCause, Verdict

_final = func.coalesce(InspectionRow.reviewed_verdict, InspectionRow.verdict)
_WORDS = {"verdict", "reviewed_verdict", "mode", "cause", "action", "outcome"}
"""Columns of `TableRow` that are read as the text that they are kept as."""
_TABLE = [
    type_coerce(getattr(InspectionRow, name), Text) if name in _WORDS else getattr(InspectionRow, name)
    for name in TableRow._fields
]


async def add(
    session: AsyncSession, body: InspectionRecorded, *, gateway: str, station: str, received_at: datetime
) -> RecordOutcome:
    same = InspectionRow.id == body.inspection
    counted = (InspectionRow.station == station) & (InspectionRow.sequence == body.sequence)
    found = await session.execute(
        select(InspectionRow.id, InspectionRow.station).where(same | (counted & InspectionRow.repeats.is_(None)))
    )
    rivals = {row.id: row.station for row in found}
    if body.inspection in rivals:
        return RecordOutcome.ALREADY_KNOWN if rivals[body.inspection] == station else RecordOutcome.ID_TAKEN
    repeats = next(iter(rivals), None)
    plan = body.output
    session.add(
        InspectionRow(
            id=body.inspection,
            gateway=gateway,
            station=station,
            sequence=body.sequence,
            repeats=repeats,
            part_number=storable(body.part_number),
            serial=storable(body.serial),
            verdict=body.verdict,
            cause=body.cause,
            detail=storable(body.detail),
            mode=body.mode,
            triggered_at=body.triggered_at,
            received_at=received_at,
            score=body.score,
            good_below=body.good_below,
            bad_above=body.bad_above,
            latency=_as_json(body.latency),
            defects=_as_json(body.defects),
            optics=_as_json(body.optics),
            recipe=storable(body.recipe),
            recipe_revision=body.recipe_revision,
            package=storable(body.package),
            action=plan.action if plan else None,
            suppressed=plan.suppressed if plan else False,
            reconciled=False,
            ejected=False,
        )
    )
    await session.flush()
    return RecordOutcome.RECORDED if repeats is None else RecordOutcome.REPEATS_SEQUENCE


async def find_by_sequence(session: AsyncSession, station: str, sequence: int) -> str | None:
    """The id of the first inspection that this station recorded with this part sequence."""
    return await session.scalar(
        select(InspectionRow.id).where(
            InspectionRow.station == station, InspectionRow.sequence == sequence, InspectionRow.repeats.is_(None)
        )
    )


async def set_outcome(
    session: AsyncSession,
    inspection: str,
    *,
    station: str,
    action: Action,
    outcome: OutputOutcome,
    trigger_to_output_ms: float | None,
    reconciled: bool,
) -> datetime | None:
    """When the part was triggered, or None where this station has no such inspection."""
    return await session.scalar(
        update(InspectionRow)
        .where(InspectionRow.id == inspection, InspectionRow.station == station)
        .values(action=action, outcome=outcome, trigger_to_output_ms=trigger_to_output_ms, reconciled=reconciled)
        .returning(InspectionRow.triggered_at)
    )


async def set_ejected(session: AsyncSession, inspection: str, *, station: str) -> datetime | None:
    """When the part was triggered, or None where this station has no such inspection."""
    return await session.scalar(
        update(InspectionRow)
        .where(InspectionRow.id == inspection, InspectionRow.station == station)
        .values(ejected=True)
        .returning(InspectionRow.triggered_at)
    )


async def set_reviewed_verdict(session: AsyncSession, inspection: str, verdict: Verdict) -> None:
    await session.execute(update(InspectionRow).where(InspectionRow.id == inspection).values(reviewed_verdict=verdict))


async def keep_images(
    session: AsyncSession, inspection: str, images: Iterable[ImageRef], *, station: str
) -> datetime | None:
    """When the part was triggered, or None where this station has no such inspection.

    Idempotent: an image of a role that is known stays as it was first named.
    """
    at = await session.scalar(
        select(InspectionRow.triggered_at).where(InspectionRow.id == inspection, InspectionRow.station == station)
    )
    if at is None:
        return None
    values = [
        {
            "inspection": inspection,
            "role": image.role,
            "sha256": image.sha256,
            "media_type": storable(image.media_type),
            "size_bytes": image.size_bytes,
        }
        for image in images
    ]
    if values:
        await session.execute(_insert_new(session, InspectionImageRow), values)
    return at


async def add_arrived_image(
    session: AsyncSession, sha256: str, *, size_bytes: int, gateway: str, received_at: datetime
) -> bool:
    """False where it was there already."""
    if await session.get(ArrivedImageRow, sha256) is not None:
        return False
    session.add(ArrivedImageRow(sha256=sha256, size_bytes=size_bytes, gateway=gateway, received_at=received_at))
    await session.flush()
    return True


async def has_arrived(session: AsyncSession, sha256: str) -> bool:
    return await session.get(ArrivedImageRow, sha256) is not None


async def of_image(session: AsyncSession, sha256: str) -> Sequence[str]:
    """The inspections that an image belongs to."""
    rows = await session.scalars(select(InspectionImageRow.inspection).where(InspectionImageRow.sha256 == sha256))
    return rows.all()


async def has_image(session: AsyncSession, sha256: str, reach: Reach) -> bool:
    """Whether an inspection at a place that is seen has this image."""
    query = (
        select(InspectionRow.id)
        .join(InspectionImageRow, InspectionImageRow.inspection == InspectionRow.id)
        .where(InspectionImageRow.sha256 == sha256, reach.limits(InspectionRow.station))
    )
    return await session.scalar(query.limit(1)) is not None


async def find(session: AsyncSession, inspection: str) -> Inspection | None:
    return next(iter(await find_many(session, [inspection])), None)


async def find_many(session: AsyncSession, inspections: Iterable[str]) -> list[Inspection]:
    """Newest first; unknown ids are left out."""
    query = select(InspectionRow).where(InspectionRow.id.in_(list(inspections)))
    rows = await session.scalars(query.order_by(InspectionRow.triggered_at.desc(), InspectionRow.id.desc()))
    return await _complete(session, rows.all())


async def list_newest(
    session: AsyncSession, wanted: InspectionFilter, request: PageRequest, reach: Reach
) -> Page[Inspection]:
    """Newest first, by trigger."""
    page = await fetch_page(
        session,
        select(InspectionRow).where(*_conditions(session, wanted), reach.limits(InspectionRow.station)),
        [InspectionRow.triggered_at, InspectionRow.id],
        request,
    )
    return Page(tuple(await _complete(session, page.rows)), page.next)


async def table_rows(
    session: AsyncSession, wanted: InspectionFilter, reach: Reach, after: TableRow | None, limit: int
) -> list[TableRow]:
    """As `list_newest`, of what a table says alone, after the row that was read last."""
    query = select(*_TABLE).where(*_conditions(session, wanted), reach.limits(InspectionRow.station))
    last = (after.triggered_at, after.id) if after else None
    ordered = from_there_on(query, [InspectionRow.triggered_at, InspectionRow.id], last, descending=True)
    return [TableRow(*row) for row in await session.execute(ordered.limit(limit))]


async def count(session: AsyncSession, wanted: InspectionFilter, reach: Reach) -> InspectionCounts:
    def of(verdict: Verdict) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((_final == verdict, 1), else_=0)), 0)

    rejects = (InspectionRow.action == Action.REJECT) & ~InspectionRow.suppressed
    parts, good, bad, unsure, no_read, rejected, first, last = (
        await session.execute(
            select(
                func.count(),
                of(Verdict.GOOD),
                of(Verdict.BAD),
                of(Verdict.UNSURE),
                of(Verdict.NO_READ),
                func.coalesce(func.sum(case((rejects, 1), else_=0)), 0),
                func.min(InspectionRow.sequence),
                func.max(InspectionRow.sequence),
            ).where(*_conditions(session, wanted), reach.limits(InspectionRow.station))
        )
    ).one()
    return InspectionCounts(parts, good, bad, unsure, no_read, rejected, first, last)


async def neighbours(session: AsyncSession, one: Inspection) -> tuple[str | None, str | None]:
    """The inspections of the same station before and after by part sequence (by id where a sequence repeats)."""
    key = tuple_(InspectionRow.sequence, InspectionRow.id)
    here = tuple_(one.sequence, one.id)
    at_station = select(InspectionRow.id).where(InspectionRow.station == one.station)
    previous = await session.scalar(
        at_station.where(key < here).order_by(InspectionRow.sequence.desc(), InspectionRow.id.desc()).limit(1)
    )
    following = await session.scalar(
        at_station.where(key > here).order_by(InspectionRow.sequence, InspectionRow.id).limit(1)
    )
    return previous, following


async def parts_between(session: AsyncSession, station: str, start: datetime, end: datetime) -> list[InspectedPart]:
    """The parts that a station's key figures are made of, triggered from ``start`` up to but without ``end``."""
    rows = await session.execute(
        select(
            InspectionRow.triggered_at,
            InspectionRow.part_number,
            InspectionRow.mode,
            InspectionRow.reviewed_verdict,
            InspectionRow.verdict,
            InspectionRow.action,
            InspectionRow.suppressed,
        ).where(InspectionRow.station == station, InspectionRow.triggered_at >= start, InspectionRow.triggered_at < end)
    )
    return [
        InspectedPart(at, part_number, mode, reviewed or verdict, action is Action.REJECT and not suppressed)
        for at, part_number, mode, reviewed, verdict, action, suppressed in rows
    ]


async def looks(session: AsyncSession, wanted: InspectionFilter, newest: int) -> Looks:
    """The ``newest`` looks that have a score, and every earlier one that was reviewed."""
    row = InspectionRow
    when = (row.triggered_at, row.id)
    query = select(row.part_number, row.serial, row.repeats, row.score, row.reviewed_verdict, *when).where(
        *_conditions(session, wanted), row.score.is_not(None)
    )
    latest = (await session.execute(query.order_by(*(key.desc() for key in when)).limit(newest))).all()
    if len(latest) < newest:
        return Looks([_look(*found) for found in latest], [])
    *_, at, inspection = latest[-1]
    before = tuple_(*when) < tuple_(literal(at, row.triggered_at.type), literal(inspection))
    earlier = await session.execute(query.where(before, row.reviewed_verdict.is_not(None)))
    return Looks([_look(*found) for found in latest], [_look(*found) for found in earlier])


def _look(
    part_number: str,
    serial: str,
    repeats: str | None,
    score: float | None,
    reviewed: Verdict | None,
    _triggered_at: datetime,
    inspection: str,
) -> Look:
    assert score is not None
    # A serial is unique among parts of its number; without one, a repeated part sequence may be the part come again.
    return Look(f"{part_number}/{serial}" if serial else repeats or inspection, score, reviewed)


async def not_good(session: AsyncSession, wanted: InspectionFilter) -> Counter[NotGood]:
    """How many of these parts are not good, by what is known of why."""
    rows = await session.stream(
        select(_final, InspectionRow.cause, InspectionRow.defects)
        .where(*_conditions(session, wanted), _final != Verdict.GOOD)
        .execution_options(yield_per=1000)
    )
    # By thousands: each step of an asynchronous loop over single rows takes longer than the row.
    found: Counter[NotGood] = Counter()
    async for part in rows.partitions():
        found.update(_why(verdict, cause, defects) for verdict, cause, defects in part)
    return found


def _why(verdict: Verdict, cause: NoReadCause | None, defects: list[dict[str, Any]]) -> NotGood:
    if verdict is Verdict.NO_READ:
        return NotGood(verdict, cause=cause)
    if verdict is Verdict.BAD and defects:
        return NotGood(verdict, kind=max(defects, key=lambda region: region["score"])["kind"])
    return NotGood(verdict)


async def first_trigger(session: AsyncSession, station: str) -> datetime | None:
    return await session.scalar(select(func.min(InspectionRow.triggered_at)).where(InspectionRow.station == station))


def _insert_new(session: AsyncSession, table: type[InspectionImageRow]) -> Insert:
    """An INSERT that leaves rows alone whose key is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def _conditions(session: AsyncSession, wanted: InspectionFilter) -> list[ColumnElement[bool]]:
    row = InspectionRow
    equal: list[tuple[ColumnElement[Any] | InstrumentedAttribute[Any], object]] = [
        (row.station, wanted.station),
        (_final, wanted.verdict),
        (row.mode, wanted.mode),
        (row.part_number, wanted.part_number),
        (row.sequence, wanted.sequence),
        (row.serial, wanted.serial),
        (row.recipe, wanted.recipe),
        (row.package, wanted.package),
    ]
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wanted.start is not None:
        conditions.append(row.triggered_at >= wanted.start)
    if wanted.end is not None:
        conditions.append(row.triggered_at < wanted.end)
    if wanted.stations is not None:
        conditions.append(row.station.in_(wanted.stations))
    if wanted.lowest_score is not None:
        conditions.append(row.score >= wanted.lowest_score)
    if wanted.highest_score is not None:
        conditions.append(row.score <= wanted.highest_score)
    if wanted.find is not None:
        found = row.serial.istartswith(wanted.find, autoescape=True)
        sequence = wanted.found_sequence
        conditions.append(found if sequence is None else or_(found, row.sequence == sequence))
    if wanted.defect is not None:
        conditions.append(_has_defect(session, wanted.defect))
    return conditions


def _has_defect(session: AsyncSession, kind: str) -> ColumnElement[bool]:
    """One of the part's regions is of this kind."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(InspectionRow.defects, JSONB).contains([{"kind": kind}])
    regions = func.json_each(InspectionRow.defects).table_valued("value")
    return select(regions.c.value).where(func.json_extract(regions.c.value, "$.kind") == kind).exists()


async def _complete(session: AsyncSession, rows: Sequence[InspectionRow]) -> list[Inspection]:
    """With their images."""
    images: dict[str, list[KeptImage]] = {}
    for image, arrived in await session.execute(
        select(InspectionImageRow, ArrivedImageRow.sha256)
        .outerjoin(ArrivedImageRow, ArrivedImageRow.sha256 == InspectionImageRow.sha256)
        .where(InspectionImageRow.inspection.in_([row.id for row in rows]))
        .order_by(InspectionImageRow.role)
    ):
        images.setdefault(image.inspection, []).append(
            KeptImage(image.role, image.sha256, image.media_type, image.size_bytes, arrived is not None)
        )
    return [_from_row(row, tuple(images.get(row.id, ()))) for row in rows]


def _from_row(row: InspectionRow, images: tuple[KeptImage, ...]) -> Inspection:
    output = None
    if row.action is not None:
        output = Output(row.action, row.suppressed, row.outcome, row.trigger_to_output_ms, row.reconciled, row.ejected)
    return Inspection(
        id=row.id,
        gateway=row.gateway,
        station=row.station,
        sequence=row.sequence,
        repeats=row.repeats,
        part_number=row.part_number,
        serial=row.serial,
        verdict=row.verdict,
        reviewed_verdict=row.reviewed_verdict,
        cause=row.cause,
        detail=row.detail,
        mode=row.mode,
        triggered_at=row.triggered_at,
        received_at=row.received_at,
        score=row.score,
        good_below=row.good_below,
        bad_above=row.bad_above,
        latency=msgspec.convert(row.latency, tuple[StageLatency, ...]),
        defects=msgspec.convert(row.defects, tuple[DefectRegion, ...]),
        optics=msgspec.convert(row.optics, tuple[OpticsMark, ...]),
        recipe=row.recipe,
        recipe_revision=row.recipe_revision,
        package=row.package,
        output=output,
        images=images,
    )


def _as_json(
    parts: tuple[StageLatency, ...] | tuple[DefectRegion, ...] | tuple[OpticsMark, ...],
) -> list[dict[str, Any]]:
    return [
        {name: storable(value) if isinstance(value, str) else value for name, value in part.items()}
        for part in msgspec.to_builtins(parts)
    ]
