"""Rollouts."""

from fastapi import APIRouter

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, WorkDep
from goodpart.server.rollouts import service, states
from goodpart.server.rollouts.schemas import GatewayStatesOut, NewRollout, RolloutOut

router = APIRouter(tags=["rollouts"])


@router.post("/rollouts", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def create_rollout(work: WorkDep, creation: CreationDep, resources: ResourcesDep, new: NewRollout) -> RolloutOut:
    """Signs and issues the next desired state of each gateway, made of its wiring and its stations' recipes."""
    await creation.begin(work)
    made = await service.create(work, new.gateways, note=new.note, signer=resources.signer)
    return await creation.answer(work, RolloutOut.of(made))


@router.get("/rollouts", dependencies=[permit(Permission.VIEW)])
async def list_rollouts(work: WorkDep, request: PageDep) -> Listing[RolloutOut]:
    """Newest first, each with how far its gateways have come."""
    return (await service.list_newest(work, request)).listing(RolloutOut.of)


@router.get("/rollouts/{rollout}", dependencies=[permit(Permission.VIEW)])
async def get_rollout(work: WorkDep, rollout: str) -> RolloutOut:
    """How far each gateway has come, by what it says that it runs."""
    return RolloutOut.of(await service.get(work, rollout))


@router.get("/gateways/{gateway}/states", dependencies=[permit(Permission.VIEW)])
async def get_gateway_states(work: WorkDep, gateway: str) -> GatewayStatesOut:
    """What a gateway is to run, what it runs, and whether another rollout would change that."""
    return GatewayStatesOut.of(await states.of_gateway(work, gateway))
