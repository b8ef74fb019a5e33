"""A job goes on at the step it had reached, whatever was killed, and is done once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from goodpart.server.kit.jobs import JobEndedError, JobError, JobKind, Jobs, JobStep
from goodpart.server.kit.tables import JobExecutorRow
from goodpart.server.kit.work import Database
from tests.fakes.clocks import SteppingClock
from tests.fakes.waiting import eventually


@dataclass
class Workshop:
    """Rows of jobs, in memory, and what was done to them."""

    open: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    second: Callable[[str], None] = field(default=lambda _job: None)

    def kind(self) -> JobKind:
        return JobKind("workshop", (JobStep("first", self.first), JobStep("then", self.then)), self.wanted, self.failed)

    async def first(self, job: str) -> None:
        self.done[f"{job} first"] += 1

    async def then(self, job: str) -> None:
        self.done[f"{job} then started"] += 1
        await self.hold.wait()
        self.second(job)
        self.open.discard(job)
        self.done[f"{job} then"] += 1

    async def wanted(self) -> Sequence[str]:
        return sorted(self.open)

    async def failed(self, job: str, detail: str) -> None:
        self.open.discard(job)
        self.failures[job] = detail


@pytest.fixture
def jobs_url(database_kind: str, database_url: str, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'jobs.db'}" if database_kind == "sqlite" else database_url


@asynccontextmanager
async def started(database: Database, url: str, workshop: Workshop) -> AsyncIterator[Jobs]:
    jobs = Jobs(database, url, [workshop.kind()])
    await jobs.start()
    try:
        yield jobs
    finally:
        await jobs.close()


async def test_a_job_is_done_once_however_often_it_is_handed_over(database: Database, jobs_url: str) -> None:
    workshop = Workshop(open={"a"})
    workshop.hold.set()
    async with started(database, jobs_url, workshop) as jobs:
        for _ in range(3):
            await jobs.submit("workshop", "a")
        await eventually(lambda: workshop.done["a then"], within_s=30)
        await jobs.submit("workshop", "a")
        await jobs.reconcile()

    assert workshop.done == {"a first": 1, "a then started": 1, "a then": 1}


async def test_a_row_without_a_job_gets_one(database: Database, jobs_url: str) -> None:
    """The process died between the commit of the row and the hand-over."""
    workshop = Workshop(open={"a"})
    workshop.hold.set()
    async with started(database, jobs_url, workshop):
        await eventually(lambda: workshop.done["a then"], within_s=30)


async def test_a_stopped_job_goes_on_at_its_step_after_the_next_start(
    database: Database, jobs_url: str, clock: SteppingClock
) -> None:
    workshop = Workshop(open={"a"})
    async with started(database, jobs_url, workshop):
        await eventually(lambda: workshop.done["a then started"], within_s=30)
    assert workshop.failures == {}
    clock.advance(60)  # on PostgreSQL the next process is another executor, and this one's heartbeat has to be old
    workshop.hold.set()

    async with started(database, jobs_url, workshop):
        await eventually(lambda: workshop.done["a then"], within_s=30)

    assert workshop.done == {"a first": 1, "a then started": 2, "a then": 1}


async def test_a_step_that_raises_ends_its_job_with_the_cause(database: Database, jobs_url: str) -> None:
    def broken(job: str) -> None:
        raise ValueError(f"{job} does not work")

    workshop = Workshop(open={"a"}, second=broken)
    workshop.hold.set()
    async with started(database, jobs_url, workshop):
        await eventually(lambda: workshop.failures, within_s=30)

    assert workshop.failures == {"a": "a does not work"}
    assert workshop.done["a then"] == 0


async def test_a_job_that_is_over_runs_no_further_step_and_has_not_failed(database: Database, jobs_url: str) -> None:
    def over(_: str) -> None:
        workshop.open.clear()
        raise JobEndedError

    workshop = Workshop(open={"a"}, second=over)
    workshop.hold.set()
    async with started(database, jobs_url, workshop):
        await eventually(lambda: not workshop.open, within_s=30)

    assert workshop.failures == {}


async def test_an_executor_that_is_gone_is_forgotten(database: Database, jobs_url: str, clock: SteppingClock) -> None:
    async with database.work() as work:
        work.session.add(JobExecutorRow(id="gone", seen_at=clock.now() - timedelta(minutes=5)))
        work.session.add(JobExecutorRow(id="living", seen_at=clock.now()))
    async with started(database, jobs_url, Workshop()) as jobs:
        await jobs.reconcile()
        async with database.work(read_only=True) as work:
            known = set(await work.session.scalars(sa.select(JobExecutorRow.id)))

    assert known == {"living", jobs.executor}


async def test_one_process_runs_one_set_of_jobs(database: Database, jobs_url: str) -> None:
    async with started(database, jobs_url, Workshop()):
        with pytest.raises(JobError):
            await Jobs(database, jobs_url).start()
