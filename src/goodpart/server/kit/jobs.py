"""Durable jobs over DBOS: a job killed at any point goes on at the step it had reached, here or on another machine.

A module describes its job as a `JobKind`: a name and its steps. A step is an async function of the job's id that runs
in the process's event loop, at least once; what it did is in the module's own tables, so a repeated step finds it. The
row comes first: a request commits a row, and `wanted` tells which rows ought to have a job; whatever dies between the
commit and the hand-over, the reconciler hands it over again, under the same id and therefore once.

DBOS itself resumes only jobs of its own executor. Executors here leave a heartbeat in the table ``job_executors``; the
reconciler of any living process resumes the jobs of one that has stopped.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID
from dbos import error as dbos_error
from sqlalchemy.engine import make_url

from goodpart.base.errors import GoodpartError
from goodpart.server.kit.tables import JobExecutorRow
from goodpart.server.kit.work import Database

QUEUE = "goodpart-jobs"
_APPLICATION_VERSION = "jobs-1"
"""Of the shape of jobs, not of the software: an update goes on with what it finds."""
_EMBEDDED = "embedded"
_HEARTBEAT = timedelta(seconds=5)
_DEAD_AFTER = timedelta(seconds=30)
_UNWOUND_WITHIN_S = 1.0
_log = structlog.get_logger(__name__)


class JobError(GoodpartError):
    code = "jobs_unusable"


@dataclass(frozen=True)
class JobStep:
    name: str
    run: Callable[[str], Awaitable[None]]
    """Given the job's id. Raises `JobEndedError` to end the job here without running the steps after it."""


@dataclass(frozen=True)
class JobKind:
    """``name`` is stable and has at least three characters; so have the steps' names, and their order only grows."""

    name: str
    steps: tuple[JobStep, ...]
    wanted: Callable[[], Awaitable[Sequence[str]]]
    """The ids that ought to be running or queued now, from the module's own rows."""
    failed: Callable[[str, str], Awaitable[None]]
    """Called with the id and what went wrong, once, where a step raised; the job is over then."""


class JobEndedError(Exception):
    """Raised by a step: the job is over, as cancelled or as already done."""


class _ProcessStoppingError(BaseException):
    """The process stops in the middle of a step. No `Exception`, so that DBOS does not take it for the outcome."""


class Jobs:
    """The jobs of one process. One at a time per process: DBOS is one per process."""

    def __init__(self, database: Database, url: str, kinds: Sequence[JobKind] = (), *, slots: int = 1) -> None:
        """``url`` is the database of DBOS itself: SQLite beside ours, or the same PostgreSQL (schema ``dbos``)."""
        self._database = database
        self._url = make_url(url)
        self._kinds = {kind.name: kind for kind in kinds}
        self._slots = slots
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reconciler: asyncio.Task[None] | None = None
        self._running: set[Future[None]] = set()
        self._reconciling = asyncio.Lock()
        self._stepping = threading.Lock()
        self._stopping = False
        self._active: set[str] = set()
        """Jobs with a thread of DBOS in them."""
        self._idle = threading.Event()
        self._idle.set()
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self.executor = _EMBEDDED if self._sqlite else f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(3)}"

    async def start(self, *, work_here: bool = True) -> None:
        """``work_here`` False: jobs are handed over from here, and done by another process (``goodpart worker``)."""
        global _current  # noqa: PLW0603 - DBOS calls a module-level function; there is one DBOS per process
        if _current is not None:
            raise JobError("Jobs are running in this process already.", "Stop the first server before a second.")
        _current = self
        self._loop = asyncio.get_running_loop()
        drivername = "sqlite" if self._sqlite else "postgresql+psycopg"
        config: DBOSConfig = {
            "name": "goodpart",
            "system_database_url": self._url.set(drivername=drivername).render_as_string(hide_password=False),
            "executor_id": self.executor,
            "application_version": _APPLICATION_VERSION,
            "log_level": "ERROR",
            "enable_otlp": False,
            "sys_db_pool_size": 4,
        }
        logging.getLogger("dbos").setLevel(logging.ERROR)  # before its first lines, which advertise a hosted console
        try:
            await asyncio.to_thread(self._launch, config, work_here)
        except BaseException:
            _current = None
            raise
        self._reconciler = asyncio.create_task(self._reconcile_for_ever())

    def _launch(self, config: DBOSConfig, work_here: bool) -> None:
        DBOS(config=config)
        DBOS.listen_queues([QUEUE] if work_here else [])
        DBOS.launch()
        DBOS.register_queue(
            QUEUE, worker_concurrency=self._slots, polling_interval_sec=0.25, on_conflict="always_update"
        )

    async def submit(self, kind: str, job: str) -> None:
        """Hand job ``job`` over to the queue. Handing it over again changes nothing.

        Where jobs were not started in this process, the reconciler of one where they were hands it over.
        """
        if self._reconciler is not None:
            await asyncio.to_thread(self._submit, kind, job)

    def _submit(self, kind: str, job: str) -> None:
        with SetWorkflowID(f"{kind}-{job}"):
            DBOS.enqueue_workflow(QUEUE, run_job, kind, job)

    async def cancel(self, kind: str, job: str) -> None:
        """No step of ``job`` starts from here on. One that is running ends by what its row says."""
        await asyncio.to_thread(DBOS.cancel_workflow, f"{kind}-{job}")

    async def reconcile(self) -> None:
        """Hand over what is wanted and has no job; resume the jobs of executors that are gone."""
        async with self._reconciling:
            await self._reconcile()

    async def _reconcile(self) -> None:
        now = self._database.clock.now()
        async with self._database.work() as work:
            row = await work.session.get(JobExecutorRow, self.executor)
            if row is None:
                work.session.add(JobExecutorRow(id=self.executor, seen_at=now))
            else:
                row.seen_at = now
            gone = (
                await work.session.scalars(
                    sa.select(JobExecutorRow.id).where(JobExecutorRow.seen_at < now - _DEAD_AFTER)
                )
            ).all()
        if gone:
            await asyncio.to_thread(_resume_jobs_of, gone)
            async with self._database.work() as work:
                await work.session.execute(
                    sa.delete(JobExecutorRow).where(
                        JobExecutorRow.id.in_(gone), JobExecutorRow.seen_at < now - _DEAD_AFTER
                    )
                )
        for kind in self._kinds.values():
            for job in await kind.wanted():
                await self.submit(kind.name, job)

    async def _reconcile_for_ever(self) -> None:
        while True:
            try:
                await self.reconcile()
            except (sa.exc.SQLAlchemyError, dbos_error.DBOSException, OSError):
                _log.exception("jobs were not reconciled; trying again")
            await asyncio.sleep(_HEARTBEAT.total_seconds())

    async def close(self) -> None:
        """Stop without waiting for jobs: the next start goes on with them."""
        global _current  # noqa: PLW0603 - see `start`
        if self._reconciler is None:
            return
        self._reconciler.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reconciler
        self._reconciler = None
        with self._stepping:  # a step that has just been started is either seen here, or not started
            self._stopping = True
            running = tuple(self._running)
        for step in running:
            step.cancel()
        await asyncio.to_thread(self._idle.wait, _UNWOUND_WITHIN_S)
        # What a job's thread cannot record any more is repeated at the next start: nothing that anyone has to read.
        logging.getLogger("dbos").setLevel(logging.CRITICAL)
        await asyncio.to_thread(DBOS.destroy)
        _current = None

    def run(self, kind_name: str, job: str) -> None:
        """In a thread of DBOS: the steps of one job, each recorded when it is done."""
        kind = self._kinds[kind_name]
        with self._stepping:
            self._active.add(job)
            self._idle.clear()
        try:
            for step in kind.steps:
                DBOS.run_step({"name": step.name}, self._await_step, step.run, job)
        except JobEndedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever a step raised is the job's outcome, told to its owner
            _log.warning("a job failed", kind=kind_name, job=job, exc_info=error)
            DBOS.run_step({"name": "record failure"}, self._await_step, partial(_swapped, kind.failed, str(error)), job)
        finally:
            with self._stepping:
                self._active.discard(job)
                if not self._active:
                    self._idle.set()

    def _await_step(self, step: Callable[[str], Awaitable[None]], job: str) -> None:
        """Run a step in the event loop and wait for it."""
        assert self._loop is not None
        with self._stepping:
            if self._stopping:
                raise _ProcessStoppingError
            future = asyncio.run_coroutine_threadsafe(_awaited(step(job)), self._loop)
            self._running.add(future)
        try:
            future.result()
        except CancelledError as error:
            raise _ProcessStoppingError from error
        finally:
            self._running.discard(future)


_current: Jobs | None = None


@DBOS.workflow(name="goodpart_job")
def run_job(kind: str, job: str) -> None:
    """The one workflow that DBOS knows: it runs the steps of job ``job``."""
    assert _current is not None
    _current.run(kind, job)


async def _awaited(running: Awaitable[None]) -> None:
    await running


async def _swapped(told: Callable[[str, str], Awaitable[None]], detail: str, job: str) -> None:
    await told(job, detail)


def _resume_jobs_of(executors: Sequence[str]) -> None:
    # What DBOS does at launch for its own executor, for others: conditional on them still owning the job.
    DBOS._recover_pending_workflows(list(executors))
