"""How far a gateway has come with a desired state: the table of the rollouts' README."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.server.rollouts.model import Progress, RolloutState, TargetState, advance, state_of
from goodpart.wire.reported import DeploymentStage, ReportedState

PENDING = Progress(TargetState.PENDING)


def reported(active: int, target: int, stage: DeploymentStage, detail: str = "") -> ReportedState:
    return ReportedState(
        reported_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        software="1",
        boot="b",
        active_revision=active,
        target_revision=target,
        stage=stage,
        detail=detail,
    )


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (None, TargetState.PENDING),
        (reported(0, 0, DeploymentStage.IDLE), TargetState.PENDING),
        (reported(4, 4, DeploymentStage.ACTIVE), TargetState.PENDING),
        (reported(4, 4, DeploymentStage.REFUSED), TargetState.PENDING),
        (reported(4, 5, DeploymentStage.IDLE), TargetState.PENDING),
        (reported(4, 5, DeploymentStage.RECEIVED), TargetState.DOWNLOADING),
        (reported(4, 5, DeploymentStage.DOWNLOADING), TargetState.DOWNLOADING),
        (reported(4, 5, DeploymentStage.PROVING), TargetState.PROVING),
        (reported(4, 5, DeploymentStage.ACTIVATING), TargetState.PROVING),
        (reported(4, 5, DeploymentStage.ACTIVE), TargetState.PROVING),
        (reported(4, 5, DeploymentStage.REFUSED), TargetState.REFUSED),
        (reported(5, 5, DeploymentStage.ACTIVE), TargetState.ACTIVE),
        (reported(5, 6, DeploymentStage.DOWNLOADING), TargetState.ACTIVE),
        (reported(6, 6, DeploymentStage.ACTIVE), TargetState.SUPERSEDED),
        (reported(4, 6, DeploymentStage.DOWNLOADING), TargetState.SUPERSEDED),
    ],
)
def test_a_target_stands_where_its_gateway_says(said: ReportedState | None, state: TargetState) -> None:
    assert advance(PENDING, 5, said).state is state


def test_a_refusal_keeps_the_gateways_reason() -> None:
    said = reported(4, 5, DeploymentStage.REFUSED, "The golden scores were not reproduced.")

    assert advance(PENDING, 5, said) == Progress(TargetState.REFUSED, "The golden scores were not reproduced.")


states = st.builds(
    reported, st.integers(0, 9), st.integers(0, 9), st.sampled_from(DeploymentStage), st.sampled_from(["", "why"])
)


@given(
    state=st.sampled_from([state for state in TargetState if state.is_final]),
    revision=st.integers(1, 9),
    said=st.none() | states,
)
def test_a_final_state_stays_whatever_the_gateway_says_later(
    state: TargetState, revision: int, said: ReportedState | None
) -> None:
    assert advance(Progress(state, "as it was"), revision, said) == Progress(state, "as it was")


@given(st.integers(1, 9), st.lists(states, max_size=8))
def test_no_report_makes_a_revision_active_that_no_gateway_named_so(revision: int, said: list[ReportedState]) -> None:
    progress = PENDING
    for one in said:
        progress = advance(progress, revision, one)

    assert (progress.state is not TargetState.ACTIVE) or any(one.active_revision == revision for one in said)


@pytest.mark.parametrize(
    ("targets", "state"),
    [
        ([TargetState.PENDING], RolloutState.RUNNING),
        ([TargetState.ACTIVE, TargetState.PROVING], RolloutState.RUNNING),
        ([TargetState.REFUSED, TargetState.DOWNLOADING], RolloutState.RUNNING),
        ([TargetState.ACTIVE, TargetState.ACTIVE], RolloutState.SUCCEEDED),
        ([TargetState.ACTIVE, TargetState.SUPERSEDED], RolloutState.SUCCEEDED),
        ([TargetState.ACTIVE, TargetState.REFUSED], RolloutState.FAILED),
    ],
)
def test_a_rollout_is_what_its_targets_make_it(targets: list[TargetState], state: RolloutState) -> None:
    assert state_of(targets) is state
