"""Models, and the approval that signs one."""

from fastapi import APIRouter

from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import ResourcesDep, WorkDep
from goodpart.server.models import service
from goodpart.server.models.schemas import Approval, ModelOut

router = APIRouter(tags=["models"])


@router.get("/models", dependencies=[permit(Permission.VIEW)])
async def list_models(work: WorkDep, request: PageDep) -> Listing[ModelOut]:
    """Newest first."""
    return (await service.list_newest(work, request)).listing(ModelOut.of)


@router.get("/models/{model}", dependencies=[permit(Permission.VIEW)])
async def get_model(work: WorkDep, model: str) -> ModelOut:
    """A model with its proof: what it found among drawn and labelled defects."""
    return ModelOut.of(await service.get(work, model))


@router.post("/models/{model}/approve", dependencies=[permit(Permission.APPROVE)])
async def approve_model(
    work: WorkDep, resources: ResourcesDep, model: str, approval: Approval | None = None
) -> ModelOut:
    """Signs the candidate's package; gateways may run it from now on."""
    return ModelOut.of(
        await service.approve(
            work, model, note=approval.note if approval else "", signer=resources.signer, objects=resources.objects
        )
    )
