"""Starting, following and ending training runs. Every change is told to the live stream."""

from collections.abc import Sequence
from typing import Any

from goodpart.server.audit import service as audit
from goodpart.server.datasets import service as datasets
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.training import repository
from goodpart.server.training.errors import (
    DatasetTooSmallError,
    TrainingRunEndedError,
    TrainingRunNotFoundError,
)
from goodpart.server.training.model import RunState, TrainingRun
from goodpart.server.training.schemas import TrainingRunOut
from goodpart.vision.verdict import Thresholds

LEAST_GOOD_IMAGES = 2
"""Below this there is nothing to cross-fit; how many are advisable, the training says itself."""


async def start(work: Work, dataset: str) -> TrainingRun:
    """A queued run. Raises `DatasetNotFoundError`, `DatasetTooSmallError`."""
    found = await datasets.get(work, dataset)
    work.reach.require(found.place)
    if found.counts.good < LEAST_GOOD_IMAGES:
        raise DatasetTooSmallError(
            f"The dataset {found.name!r} has too few images of good parts: {found.counts.good}.",
            f"Add images of good parts: {LEAST_GOOD_IMAGES} at least, 30 or more for a model to rely on.",
            good=found.counts.good,
            least=LEAST_GOOD_IMAGES,
        )
    run = TrainingRun(work.new_id(), dataset, RunState.QUEUED, "", 0, 0, None, "", None, work.now, None)
    await repository.add(work.session, run, created_by=work.actor.name)
    await audit.record(work, "training_run.started", run.id, f"On the dataset {found.name}.")
    await _announce(work, run)
    return run


async def get(work: Work, run: str) -> TrainingRun:
    """Raises `TrainingRunNotFoundError`, also where its dataset is out of reach."""
    found = await repository.find(work.session, run)
    if found is None or not work.reach.sees(await datasets.place_of(work, found.dataset)):
        raise TrainingRunNotFoundError.of("training run", run)
    return found


async def list_newest(work: Work, request: PageRequest) -> Page[TrainingRun]:
    return await repository.list_newest(work.session, request, work.reach)


async def list_open(work: Work) -> Sequence[str]:
    """The runs that ought to be queued or running."""
    return await repository.list_open(work.session)


async def is_wanted(work: Work, run: str) -> bool:
    """False once a run was cancelled or is over otherwise."""
    state = await repository.state_of(work.session, run)
    return state is not None and not state.is_final


async def cancel(work: Work, run: str) -> TrainingRun:
    """Whoever runs it sees this and stops. Raises `TrainingRunNotFoundError`, `TrainingRunEndedError`."""
    found = await get(work, run)
    work.reach.require(await datasets.place_of(work, found.dataset))
    changed = await _change(
        work, run, state=RunState.CANCELLED, detail=f"Cancelled by {work.actor.name}.", finished_at=work.now
    )
    if not changed:
        raise TrainingRunEndedError(
            f"The training run is over already: it {_ENDINGS[found.state]}.", "Start a new one if you need it."
        )
    await audit.record(work, "training_run.cancelled", run)
    return await get(work, run)


async def set_progress(work: Work, run: str, *, stage: str, done: int, total: int, remaining_s: float | None) -> bool:
    """False where the run is over, because somebody cancelled it: stop then."""
    return await _change(
        work, run, state=RunState.RUNNING, stage=stage, done=done, total=total, remaining_s=remaining_s
    )


async def finish(
    work: Work,
    run: str,
    *,
    candidate_sha256: str,
    size_bytes: int,
    thresholds: Thresholds,
    proof: dict[str, Any],
) -> None:
    """Register the candidate and end the run, together; nothing where the run is over already."""
    if not await is_wanted(work, run):
        return
    dataset = await datasets.get(work, (await get(work, run)).dataset)
    model = await models.register_candidate(
        work,
        name=dataset.name,
        part_number=dataset.part_number,
        training_run=run,
        dataset=dataset.id,
        candidate_sha256=candidate_sha256,
        size_bytes=size_bytes,
        proof=proof,
        thresholds=thresholds,
    )
    await _change(work, run, state=RunState.FINISHED, model=model.id, remaining_s=0.0, detail="", finished_at=work.now)


async def fail(work: Work, run: str, detail: str) -> None:
    """End a run with what went wrong; nothing where it is over already."""
    await _change(work, run, state=RunState.FAILED, detail=detail, remaining_s=None, finished_at=work.now)


_ENDINGS = {
    RunState.QUEUED: "is queued",
    RunState.RUNNING: "is running",
    RunState.FINISHED: "finished",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "was cancelled",
}


async def _change(work: Work, run: str, **values: Any) -> bool:
    changed = await repository.change_open(work.session, run, **values)
    if changed:
        await _announce(work, await get(work, run))
    return changed


async def _announce(work: Work, run: TrainingRun) -> None:
    place = await datasets.place_of(work, run.dataset)
    work.after_commit(Signal("training", TrainingRunOut.of(run).model_dump(mode="json"), places=(place,)))
