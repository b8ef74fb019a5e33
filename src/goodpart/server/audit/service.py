"""Writing, reading and verifying the audit trail."""

from collections.abc import AsyncIterator
from functools import partial

from goodpart.server.audit import repository
from goodpart.server.audit.model import EDITS, TABLES, AuditEntry, AuditFilter, Break, Head, Link, follow
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.requests import Change
from goodpart.server.kit.work import Database, Work

_AT_A_TIME = 1000


async def record(work: Work, action: str, subject: str, detail: str = "") -> None:
    """Note that ``work.actor`` did ``action`` (``gateway.revoked``) to ``subject`` (an id), in this transaction.

    It is chained at the transaction's very end: the end of the chain is the last lock that anyone takes, so it is held
    for a moment only, and nobody who holds it waits for anything else.
    """
    entry = AuditEntry(work.new_id(), work.now, work.actor, action, subject, detail)
    work.before_commit(partial(repository.append, work.session, entry))


async def list_newest(work: Work, request: PageRequest, wanted: AuditFilter = AuditFilter()) -> Page[Link]:  # noqa: B008
    return await repository.list_newest(work.session, wanted, request)


async def last_change(work: Work, subject: str, noun: str = "") -> Change | None:
    """Who edited ``subject`` last, and when; None where that is not certain.

    ``noun`` says what is edited where one id is that of two things: a ``station`` is wired, and is a ``place``.
    """
    actions = [action for action in EDITS if not noun or action.startswith(f"{noun}.")]
    newest = await repository.newest_of(work.session, subject, actions)
    if newest is None:
        return None
    table = TABLES.get(newest.entry.action.partition(".")[0])
    if table is not None and await repository.is_followed_by(work.session, newest, table):
        return None
    return Change(newest.entry.actor.name, newest.entry.at)


async def verify(work: Work) -> tuple[Head, Break | None]:
    """Reckon the whole chain again: its end as it is kept, and where the entries do not lead there.

    ``work`` only reads, so that it sees one moment.
    """
    kept = await repository.head(work.session)
    reached = Head()
    while links := await repository.list_after(work.session, reached.number, _AT_A_TIME):
        work.session.expunge_all()
        went = follow(reached, links)
        if isinstance(went, Break):
            return kept, went
        reached = went
    if reached != kept:
        reason = f"The trail ends with entry {reached.number}, but {kept.number} were written."
        return kept, Break(min(reached.number, kept.number) + 1, None, reason)
    return kept, None


async def every(database: Database, wanted: AuditFilter) -> AsyncIterator[Link]:
    """Oldest first, up to the newest of now; in short transactions, for however long the reader takes."""
    async with database.work(read_only=True) as work:
        last = (await repository.head(work.session)).number
    number = 0
    while number < last:
        async with database.work(read_only=True) as work:
            links = await repository.list_after(work.session, number, _AT_A_TIME, wanted)
        for link in links:
            if link.number <= last:
                yield link
        if len(links) < _AT_A_TIME:
            return
        number = links[-1].number
