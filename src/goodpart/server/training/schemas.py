"""Training runs as the browser sees them."""

from datetime import datetime

from pydantic import BaseModel

from goodpart.server.training.model import RunState, TrainingRun


class NewTrainingRun(BaseModel):
    dataset: str


class TrainingRunOut(BaseModel):
    id: str
    dataset: str
    state: RunState
    stage: str
    done: int
    total: int
    remaining_s: float | None
    """For the whole training; null until it can be told."""
    detail: str
    model: str | None
    """The candidate, once the run has finished."""
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, run: TrainingRun) -> "TrainingRunOut":
        return cls(
            id=run.id,
            dataset=run.dataset,
            state=run.state,
            stage=run.stage,
            done=run.done,
            total=run.total,
            remaining_s=run.remaining_s,
            detail=run.detail,
            model=run.model,
            created_at=run.created_at,
            finished_at=run.finished_at,
        )
