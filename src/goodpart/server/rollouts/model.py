"""How far a gateway has come with the desired state that a rollout issued. Pure; README.md has the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from goodpart.server.models.model import Model
from goodpart.wire.desired import DesiredState
from goodpart.wire.reported import DeploymentStage, ReportedState


class TargetState(StrEnum):
    PENDING = "pending"
    """Issued; the gateway has not said that it has it."""
    DOWNLOADING = "downloading"
    PROVING = "proving"
    ACTIVE = "active"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    """A later desired state took its place before it was active."""

    @property
    def is_final(self) -> bool:
        return self in {TargetState.ACTIVE, TargetState.REFUSED, TargetState.SUPERSEDED}


class RolloutState(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """The state of one target, and what the gateway said about it."""

    state: TargetState
    detail: str = ""


@dataclass(frozen=True)
class Target:
    gateway: str
    revision: int
    progress: Progress


@dataclass(frozen=True)
class Rollout:
    id: str
    note: str
    created_at: datetime
    created_by: str
    targets: tuple[Target, ...]

    @property
    def state(self) -> RolloutState:
        return state_of(target.progress.state for target in self.targets)


_STATE_OF_STAGE = {
    DeploymentStage.IDLE: TargetState.PENDING,
    DeploymentStage.RECEIVED: TargetState.DOWNLOADING,
    DeploymentStage.DOWNLOADING: TargetState.DOWNLOADING,
    DeploymentStage.PROVING: TargetState.PROVING,
    DeploymentStage.ACTIVATING: TargetState.PROVING,
    DeploymentStage.ACTIVE: TargetState.ACTIVE,
    DeploymentStage.REFUSED: TargetState.REFUSED,
}


def advance(known: Progress, revision: int, reported: ReportedState | None) -> Progress:
    """Where a target stands, given where it stood and what its gateway says now.

    A final state stays: the gateway may long be at another revision. A report about an older revision says nothing
    about this one.
    """
    if known.state.is_final or reported is None:
        return known
    if reported.active_revision == revision:
        return Progress(TargetState.ACTIVE, reported.detail)
    if reported.target_revision == revision:
        state = _STATE_OF_STAGE[reported.stage]
        # ACTIVE is only believed of the revision that the gateway names as active, above.
        return Progress(TargetState.PROVING if state is TargetState.ACTIVE else state, reported.detail)
    newest = max(reported.active_revision, reported.target_revision)
    if newest > revision:
        return Progress(TargetState.SUPERSEDED, f"Revision {newest} took its place.")
    return known


def state_of(targets: Iterable[TargetState]) -> RolloutState:
    """A rollout runs while a target is on its way, and has succeeded where none was refused."""
    states = set(targets)
    if any(not state.is_final for state in states):
        return RolloutState.RUNNING
    return RolloutState.FAILED if TargetState.REFUSED in states else RolloutState.SUCCEEDED


@dataclass(frozen=True)
class GatewayStates:
    desired: DesiredState | None
    """Issued last; None before the first rollout."""
    active: DesiredState | None
    """What the gateway says it runs; None before it runs anything."""
    models: dict[str, Model]
    """By the SHA-256 of the packages that either names, as far as they are known here."""
    changed: bool
    """Wiring or recipes are not what was issued last: a rollout would change what the gateway runs."""
