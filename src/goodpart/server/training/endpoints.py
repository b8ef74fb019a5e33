"""Training runs."""

from fastapi import APIRouter, BackgroundTasks

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, WorkDep
from goodpart.server.training import service
from goodpart.server.training.jobs import KIND
from goodpart.server.training.schemas import NewTrainingRun, TrainingRunOut

router = APIRouter(tags=["training"])


@router.post("/training-runs", status_code=202, dependencies=[permit(Permission.TEACH)])
async def start_training(
    work: WorkDep, creation: CreationDep, resources: ResourcesDep, after: BackgroundTasks, new: NewTrainingRun
) -> TrainingRunOut:
    """The run is queued when this answers; follow it on the live stream."""
    await creation.begin(work)
    run = await service.start(work, new.dataset)
    # Handed over after the commit. Should the process die in between, the jobs' reconciler does it.
    after.add_task(resources.jobs.submit, KIND, run.id)
    return await creation.answer(work, TrainingRunOut.of(run), 202)


@router.get("/training-runs", dependencies=[permit(Permission.VIEW)])
async def list_training_runs(work: WorkDep, request: PageDep) -> Listing[TrainingRunOut]:
    """Newest first."""
    return (await service.list_newest(work, request)).listing(TrainingRunOut.of)


@router.get("/training-runs/{run}", dependencies=[permit(Permission.VIEW)])
async def get_training_run(work: WorkDep, run: str) -> TrainingRunOut:
    """How far it has come; with its model once it has ended well."""
    return TrainingRunOut.of(await service.get(work, run))


@router.post("/training-runs/{run}/cancel", dependencies=[permit(Permission.TEACH)])
async def cancel_training(work: WorkDep, run: str) -> TrainingRunOut:
    """The training process is ended within a second; nothing of it is kept."""
    return TrainingRunOut.of(await service.cancel(work, run))
