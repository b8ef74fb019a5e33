"""Rollouts as the browser sees them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from goodpart.server.rollouts.model import Rollout, RolloutState, TargetState


class NewRollout(BaseModel):
    gateways: Annotated[list[str], Field(min_length=1, max_length=500)]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")] = ""


class TargetOut(BaseModel):
    gateway: str
    revision: int
    """Of the desired state that was issued to it."""
    state: TargetState
    detail: str


class RolloutOut(BaseModel):
    id: str
    note: str
    state: RolloutState
    created_at: datetime
    created_by: str
    targets: list[TargetOut]

    @classmethod
    def of(cls, rollout: Rollout) -> "RolloutOut":
        return cls(
            id=rollout.id,
            note=rollout.note,
            state=rollout.state,
            created_at=rollout.created_at,
            created_by=rollout.created_by,
            targets=[
                TargetOut(
                    gateway=target.gateway,
                    revision=target.revision,
                    state=target.progress.state,
                    detail=target.progress.detail,
                )
                for target in rollout.targets
            ],
        )
