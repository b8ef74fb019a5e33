"""One inspection with all that is known of it, and its reviews."""

from fastapi import APIRouter

from goodpart.server.inspections import service as inspections
from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.models import service as models
from goodpart.server.reviews import service
from goodpart.server.reviews.schemas import InspectionDetailOut, NewReview, ReviewOut

router = APIRouter(tags=["reviews"])


@router.get("/inspections/{inspection}", dependencies=[permit(Permission.VIEW)])
async def get_inspection(work: WorkDep, inspection: str) -> InspectionDetailOut:
    """One look at one part: verdict, score, defects, images, recipe, model, latencies, and its reviews."""
    one = await inspections.get(work, inspection)
    previous, following = await inspections.neighbours(work, one)
    return InspectionDetailOut.complete(
        (await inspections.as_items(work, [one]))[0],
        one,
        model=await models.find_by_package(work, one.package) if one.package else None,
        reviews=await service.of_inspection(work, inspection),
        previous=previous,
        following=following,
    )


@router.post("/inspections/{inspection}/reviews", status_code=201, dependencies=[permit(Permission.REVIEW)])
async def review_inspection(work: WorkDep, creation: CreationDep, inspection: str, new: NewReview) -> ReviewOut:
    """Corrects the verdict and the key figures at once."""
    await creation.begin(work)
    made = await service.review(work, inspection, verdict=new.verdict, note=new.note)
    return await creation.answer(work, ReviewOut.of(made))
