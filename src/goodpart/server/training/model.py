"""A training run and the states it goes through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in {RunState.FINISHED, RunState.FAILED, RunState.CANCELLED}


@dataclass(frozen=True)
class TrainingRun:
    id: str
    dataset: str
    state: RunState
    stage: str
    done: int
    total: int
    remaining_s: float | None
    detail: str
    """Why it failed and what to do, or that a person cancelled it."""
    model: str | None
    created_at: datetime
    finished_at: datetime | None
