"""Taking in a batch: one transaction, from the high-water mark to the figures of the shift."""

import msgspec
import sqlalchemy as sa

from goodpart.base.killpoints import KillPoint, reached
from goodpart.server.alarms import service as alarms
from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.model import Gateway
from goodpart.server.ingest import repository
from goodpart.server.ingest.apply import Touched, UnusableEventError, apply_event
from goodpart.server.ingest.model import Line, Opened, Placement, place_lines
from goodpart.server.inspections import service as inspections
from goodpart.server.kit.work import Database, Work, as_gateway
from goodpart.server.kpis import service as kpis
from goodpart.wire.batches import Batch, BatchAnswer
from goodpart.wire.events import Event, UnreadableEventError, chain_hash, decode_event, decode_place

UNREADABLE = "unreadable"
"""Kind of a stored line that this version cannot read or use."""


async def ingest(database: Database, gateway: Gateway, batch: Batch) -> BatchAnswer:
    """Store and apply a batch; the answer is given after it is on disk. Raises `StationNotWiredError`.

    An event that the database itself refuses must not hold up those behind it: the batch is then taken again with
    each event on its own, and the refused one is kept as a line alone.
    """
    actor = as_gateway(gateway.id, gateway.name)
    try:
        async with database.work(actor) as work:
            answer = await _ingest(work, gateway.id, batch, one_by_one=False)
            reached(KillPoint.SERVER_BEFORE_COMMIT)
    except sa.exc.StatementError as error:
        if not _is_about_content(error):
            raise
        async with database.work(actor) as work:
            answer = await _ingest(work, gateway.id, batch, one_by_one=True)
            reached(KillPoint.SERVER_BEFORE_COMMIT)
    reached(KillPoint.SERVER_AFTER_COMMIT)
    return answer


async def _ingest(work: Work, gateway: str, batch: Batch, *, one_by_one: bool) -> BatchAnswer:
    header = batch.header
    await gateways.check_serves(work, gateway, header.station, lock=True)
    rows = await repository.lock_branches(work.session, gateway, header.station, header.epoch)
    lines = [_line(batch, at, content) for at, content in enumerate(batch.lines)]
    last = header.first + len(lines) - 1
    chains = await repository.read_chains(work.session, rows, header.first, last)
    asked = rows[0].asked_again_at if rows else None
    placement = place_lines(chains, lines, asked_again_at=asked)
    if placement.ask_again_at is not None:
        rows[0].asked_again_at = placement.ask_again_at
    for opened in placement.opened:
        rows.append(
            repository.new_branch(
                work.session,
                work.new_id(),
                gateway=gateway,
                station=header.station,
                epoch=header.epoch,
                branch=opened.branch,
                parent=opened.parent,
                fork_number=opened.fork_number,
                now=work.now,
            )
        )
        await _tell_of_fork(work, header.station, opened)
    for branch, line in placement.added:
        rows[branch].number, rows[branch].chain_hash = line.number, line.hash
    await repository.flush(work.session)
    await _apply(work, gateway, header.station, placement, [row.id for row in rows], one_by_one=one_by_one)
    return BatchAnswer(committed=placement.committed, branch=placement.branch)


async def _apply(
    work: Work, gateway: str, station: str, placement: Placement, streams: list[str], *, one_by_one: bool
) -> None:
    touched = Touched()
    stored = []
    for branch, line in placement.added:
        event: Event | None = None
        try:
            event = decode_event(line.content)
            if one_by_one:
                await _apply_alone(work, gateway, station, event, touched)
            else:
                await apply_event(work, gateway, station, event, touched)
            kind = _kind(event)
        except (UnreadableEventError, UnusableEventError) as error:
            kind = UNREADABLE
            detail = f"Event {line.number} was stored, but not understood: {error.cause}"
            await alarms.raise_alarm(work, error.code, station, detail[:1000])
        stored.append((streams[branch], line, event.wall if event else None, kind))
    await repository.add_lines(work.session, stored, work.now)
    await inspections.announce(work, touched.inspections)
    if touched.minutes:
        await kpis.recompute(work, station, sorted(touched.minutes))
    elif touched.station:
        await kpis.announce(work, station)


async def _apply_alone(work: Work, gateway: str, station: str, event: Event, touched: Touched) -> None:
    try:
        async with work.session.begin_nested():
            await apply_event(work, gateway, station, event, touched)
    except sa.exc.StatementError as error:
        if not _is_about_content(error):
            raise
        raise UnusableEventError("The database refused what it says.", "Report it with the server's log.") from error


def _is_about_content(error: sa.exc.StatementError) -> bool:
    """The database, or its driver, refused a value; not the disk, the connection or a lock."""
    about_content = isinstance(error, sa.exc.DataError | sa.exc.IntegrityError)
    return about_content or not isinstance(error, sa.exc.DBAPIError)


async def _tell_of_fork(work: Work, station: str, opened: Opened) -> None:
    if opened.parent is not None:
        await alarms.raise_alarm(
            work,
            "journal_forked",
            station,
            f"The journal of this station has parted from one known here after event {opened.fork_number}: its disk "
            "was cloned, restored from a snapshot, or damaged. Both are kept; run only one gateway with this identity.",
        )


def _line(batch: Batch, at: int, content: bytes) -> Line:
    """A line that does not fit its batch's header is taken for one that does not say where it belongs."""
    number = batch.header.first + at
    try:
        place = decode_place(content)
    except UnreadableEventError:
        place = None
    fits = place is not None and place.epoch == batch.header.epoch and place.number == number
    return Line(number, place.previous if place is not None and fits else None, chain_hash(content), content)


def _kind(event: Event) -> str:
    tag = msgspec.inspect.type_info(type(event.body))
    assert isinstance(tag, msgspec.inspect.StructType)
    return str(tag.tag)
