"""One transaction per request: all of it or none of it, and nobody hears of what was not kept."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from goodpart.server.audit import service as audit
from goodpart.server.audit.tables import AuditRow
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database, Work
from tests.fakes.clocks import SteppingClock


async def entries(database: Database) -> list[str]:
    async with database.work(read_only=True) as work:
        return list(await work.session.scalars(sa.select(AuditRow.subject).order_by(AuditRow.at, AuditRow.id)))


async def test_a_transaction_that_fails_leaves_nothing_and_says_nothing(database: Database) -> None:
    heard: list[str] = []
    database.signals.listen_public(lambda signal: heard.append(signal.topic))

    async def fail_in_the_end() -> None:
        async with database.work() as work:
            await audit.record(work, "a.b", "1")
            await work.session.flush()
            work.after_commit(Signal("never"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_in_the_end()
    async with database.work() as work:
        await audit.record(work, "a.b", "2")
        work.after_commit(Signal("told"))
        assert heard == []

    assert heard == ["told"]
    assert await entries(database) == ["2"]


async def test_private_signals_reach_their_listeners_and_no_browser(database: Database) -> None:
    public: list[str] = []
    private: list[str] = []
    database.signals.listen_public(lambda signal: public.append(signal.topic))
    forget = database.signals.listen("inside", lambda signal: private.append(signal.topic))
    async with database.work() as work:
        work.after_commit(Signal("inside", public=False))
    forget()
    async with database.work() as work:
        work.after_commit(Signal("inside", public=False))

    assert (public, private) == ([], ["inside"])


async def test_readers_write_nothing(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError):
        async with database.work(read_only=True) as work:
            await audit.record(work, "a.b", "1")

    async with database.work() as work:
        await audit.record(work, "a.b", "2")
    assert await entries(database) == ["2"]


async def test_a_reader_sees_one_moment(database: Database) -> None:
    async with database.work(read_only=True) as reader:
        count = sa.select(sa.func.count()).select_from(AuditRow)
        before = await reader.session.scalar(count)
        async with database.work() as writer:
            await audit.record(writer, "a.b", "1")
        assert await reader.session.scalar(count) == before == 0


async def test_writers_queue_in_order(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.work() as work:
            highest = await work.session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) or 0
            await audit.record(work, "a.b", f"{number}:{highest}")

    await asyncio.gather(*(write(number) for number in range(20)))

    found = await entries(database)
    assert len(found) == 20
    if database.engine.dialect.name == "sqlite":
        assert {subject.split(":")[1] for subject in found} == {str(number) for number in range(20)}


async def test_ids_of_one_transaction_sort_as_they_were_made(database: Database) -> None:
    async with database.work() as work:
        made = [work.new_id() for _ in range(500)]

    assert made == sorted(made)
    assert len(set(made)) == 500


async def test_times_come_back_in_utc_to_the_microsecond(database: Database, clock: SteppingClock) -> None:
    moment = datetime(2026, 3, 2, 9, 30, 1, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    clock.set_wall(moment)
    async with database.work() as work:
        await audit.record(work, "a.b", "1")

    async with database.work(read_only=True) as work:
        (link,) = (await audit.list_newest(work, PageRequest())).rows
    assert link.entry.at == moment
    assert link.entry.at.tzinfo is UTC


async def test_a_list_goes_on_where_it_stopped(database: Database, clock: SteppingClock) -> None:
    async def add(work: Work, *subjects: str) -> None:
        for subject in subjects:
            await audit.record(work, "a.b", subject)

    async with database.work() as work:
        await add(work, "1", "2", "3")
    clock.advance(1)
    async with database.work() as work:
        await add(work, "4", "5")
    seen: list[str] = []
    request = PageRequest(limit=2)
    while True:
        async with database.work(read_only=True) as work:
            page = await audit.list_newest(work, request)
        seen += [link.entry.subject for link in page.rows]
        clock.advance(1)
        async with database.work() as work:
            await add(work, "newer")
        if page.next is None:
            break
        request = PageRequest(limit=2, cursor=page.next)

    assert seen == ["5", "4", "3", "2", "1"]
