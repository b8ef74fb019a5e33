"""A rollout issues signed desired states, and is followed by what gateways say."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from goodpart.server.gateways import repository as gateway_rows
from goodpart.server.gateways import service as gateways
from goodpart.server.gateways.errors import GatewayNotFoundError, GatewayRevokedError
from goodpart.server.kit.objects import open_objects
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.signals import Signal
from goodpart.server.kit.work import Database
from goodpart.server.models import service as models
from goodpart.server.recipes import service as recipes
from goodpart.server.rollouts import follower
from goodpart.server.rollouts import service as rollouts
from goodpart.server.rollouts.errors import GatewayNotEnrolledError, RolloutNotFoundError
from goodpart.server.rollouts.model import Rollout, RolloutState, TargetState
from goodpart.trust.documents import open_sealed
from goodpart.trust.signatures import DESIRED_STATE, KeySet
from goodpart.wire.desired import DesiredState
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode
from goodpart.wire.reported import DeploymentStage, ReportedState
from tests.fakes.inspected_plant import PART_NUMBER, SIGNER, InspectedPlant
from tests.fakes.waiting import eventually


async def roll_out(plant: InspectedPlant, *gateway_ids: str, note: str = "") -> Rollout:
    async with plant.database.work() as work:
        return await rollouts.create(work, gateway_ids or [plant.gateway], note=note, signer=SIGNER)


async def report(plant: InspectedPlant, active: int, target: int, stage: DeploymentStage, detail: str = "") -> None:
    async with plant.database.work() as work:
        await gateways.record_reported(
            work,
            plant.gateway,
            ReportedState(
                reported_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
                software="1",
                boot="b",
                active_revision=active,
                target_revision=target,
                stage=stage,
                detail=detail,
            ),
        )


async def kept(plant: InspectedPlant, rollout: str) -> Rollout:
    """After following, as it stands in the database."""
    async with plant.database.work() as work:
        await rollouts.follow(work)
    async with plant.database.work(read_only=True) as work:
        return await rollouts.get(work, rollout)


async def test_a_rollout_signs_what_wiring_and_recipes_make(database: Database, tmp_path: Path) -> None:
    plant = await InspectedPlant.built_in(database)
    model = await plant.learns(open_objects("", tmp_path))
    async with database.work() as work:
        await recipes.put(
            work,
            station=plant.station,
            part_number=PART_NUMBER,
            model=model,
            fail_safe=Action.PASS,
            deadline_ms=250,
            good_below=None,
            bad_above=None,
        )

    rollout = await roll_out(plant, note="first")

    assert rollout.state is RolloutState.RUNNING
    (target,) = rollout.targets
    assert (target.gateway, target.revision, target.progress.state) == (plant.gateway, 1, TargetState.PENDING)
    async with database.work(read_only=True) as work:
        latest = await gateway_rows.latest_desired(work.session, plant.gateway)
        _, package = await models.get_approved(work, model)
    assert latest is not None
    revision, document = latest
    assert revision == 1
    payload = open_sealed(KeySet([SIGNER.public_key]), DESIRED_STATE, document)
    desired = msgspec.json.decode(payload, type=DesiredState)
    assert (desired.gateway, desired.revision) == (plant.gateway, 1)
    (station,) = desired.stations
    assert (station.station, station.name) == (plant.station, "Final check")
    assert [(one.part_number, one.package, one.mode, one.fail_safe) for one in station.recipes] == [
        (PART_NUMBER, package, Mode.OBSERVE, Action.PASS)
    ]


async def test_a_target_is_followed_to_its_end_and_stays_there(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    heard: list[Signal] = []
    rollout = await roll_out(plant)
    database.signals.listen("rollout", heard.append)

    await report(plant, 0, 1, DeploymentStage.DOWNLOADING)
    assert (await kept(plant, rollout.id)).targets[0].progress.state is TargetState.DOWNLOADING
    await report(plant, 1, 1, DeploymentStage.ACTIVE)
    assert (await kept(plant, rollout.id)).state is RolloutState.SUCCEEDED
    await roll_out(plant)
    await report(plant, 2, 2, DeploymentStage.ACTIVE)

    assert (await kept(plant, rollout.id)).targets[0].progress.state is TargetState.ACTIVE
    states = [one.payload["targets"][0]["state"] for one in heard if one.payload["id"] == rollout.id]
    assert states == ["downloading", "active"]


async def test_a_refusal_names_its_reason(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    rollout = await roll_out(plant)
    await report(plant, 0, 1, DeploymentStage.REFUSED, "The golden scores were not reproduced.")

    found = await kept(plant, rollout.id)

    assert found.state is RolloutState.FAILED
    assert found.targets[0].progress.detail == "The golden scores were not reproduced."


async def test_the_present_state_is_told_even_before_it_was_followed(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    rollout = await roll_out(plant)
    await report(plant, 1, 1, DeploymentStage.ACTIVE)

    async with database.work(read_only=True) as work:
        assert (await rollouts.get(work, rollout.id)).state is RolloutState.SUCCEEDED
        assert [one.state for one in (await rollouts.list_newest(work, PageRequest())).rows] == [RolloutState.SUCCEEDED]


async def test_the_follower_keeps_what_a_gateway_says_as_it_says_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "_LOOKED_AFTER_S", 60.0)  # what comes sooner was told
    plant = await InspectedPlant.built_in(database)
    rollout = await roll_out(plant)
    heard: list[Signal] = []
    database.signals.listen("rollout", heard.append)
    following = asyncio.create_task(follower.RolloutFollower(database).run())
    try:
        await report(plant, 0, 1, DeploymentStage.PROVING)
        await eventually(lambda: [one.payload["targets"][0]["state"] for one in heard] == ["proving"])
        await report(plant, 1, 1, DeploymentStage.ACTIVE)
        await eventually(lambda: heard[-1].payload["state"] == "succeeded")
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert heard[-1].payload["id"] == rollout.id


async def test_nothing_is_issued_where_one_gateway_cannot_take_it(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)
    async with database.work() as work:
        fresh = await gateways.create(work, "Box 8", plant.site)
        revoked = await gateways.create(work, "Box 9", plant.site)
        await gateway_rows.set_enrolled(
            work.session, revoked.id, software="1", hardware="", address="192.0.2.7", now=work.now
        )
        await gateways.revoke(work, revoked.id, "Stolen.")

    with pytest.raises(GatewayNotEnrolledError, match="Box 8"):
        await roll_out(plant, plant.gateway, fresh.id)
    with pytest.raises(GatewayRevokedError, match="Box 9"):
        await roll_out(plant, plant.gateway, revoked.id)
    with pytest.raises(GatewayNotFoundError):
        await roll_out(plant, plant.gateway, "none")

    async with database.work(read_only=True) as work:
        assert (await gateways.get(work, plant.gateway)).desired_revision == 0
        assert (await rollouts.list_newest(work, PageRequest())).rows == ()
        with pytest.raises(RolloutNotFoundError):
            await rollouts.get(work, "none")


async def test_a_gateway_named_twice_gets_one_desired_state(database: Database) -> None:
    plant = await InspectedPlant.built_in(database)

    assert len((await roll_out(plant, plant.gateway, plant.gateway)).targets) == 1
