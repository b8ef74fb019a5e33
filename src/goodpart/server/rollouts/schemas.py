"""Rollouts as the browser sees them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from goodpart.server.models.model import Model
from goodpart.server.rollouts.model import GatewayStates, Rollout, RolloutState, TargetState
from goodpart.wire.desired import DesiredState, RecipeSpec
from goodpart.wire.modes import Mode


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


class RunningRecipeOut(BaseModel):
    recipe: str
    revision: int
    part_number: str
    mode: Mode
    package: str
    """SHA-256 of the model's signed package."""
    model: str | None
    """Its name; null where it is not known here any more."""

    @classmethod
    def of(cls, recipe: RecipeSpec, models: Mapping[str, Model]) -> "RunningRecipeOut":
        model = models.get(recipe.package)
        return cls(
            recipe=recipe.recipe,
            revision=recipe.revision,
            part_number=recipe.part_number,
            mode=recipe.mode,
            package=recipe.package,
            model=model.name if model else None,
        )


class StationStateOut(BaseModel):
    station: str
    name: str
    """As it was when the state was issued."""
    recipes: list[RunningRecipeOut]


class GatewayStateOut(BaseModel):
    revision: int
    issued_at: datetime
    rolls_back: int | None
    """The revision that this one undoes."""
    stations: list[StationStateOut]

    @classmethod
    def of(cls, state: DesiredState, models: Mapping[str, Model]) -> "GatewayStateOut":
        return cls(
            revision=state.revision,
            issued_at=state.issued_at,
            rolls_back=state.rolls_back,
            stations=[
                StationStateOut(
                    station=station.station,
                    name=station.name,
                    recipes=[RunningRecipeOut.of(recipe, models) for recipe in station.recipes],
                )
                for station in state.stations
            ],
        )


class GatewayStatesOut(BaseModel):
    desired: GatewayStateOut | None
    """Issued last; null before the first rollout."""
    active: GatewayStateOut | None
    """What the gateway says it runs."""
    changed: bool
    """Wiring or recipes are not what was issued last: a rollout would change what the gateway runs."""

    @classmethod
    def of(cls, states: GatewayStates) -> "GatewayStatesOut":
        return cls(
            desired=GatewayStateOut.of(states.desired, states.models) if states.desired else None,
            active=GatewayStateOut.of(states.active, states.models) if states.active else None,
            changed=states.changed,
        )
