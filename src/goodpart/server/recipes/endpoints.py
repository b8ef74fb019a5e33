"""Recipes, their evidence and their promotion."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from goodpart.server.kit.creation import CreationDep
from goodpart.server.kit.edits import EditDep, SetEditDep, TaggedDep
from goodpart.server.kit.pages import Listing, PageDep
from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.kit.work import Work
from goodpart.server.recipes import service
from goodpart.server.recipes.model import EvidenceSource
from goodpart.server.recipes.schemas import (
    CostsIn,
    CostSuggestionOut,
    EvidenceOut,
    NewRecipe,
    Promotion,
    RecipeOut,
)
from goodpart.vision.costs import Costs

router = APIRouter(tags=["recipes"])


def evidence_source_of(request: Request) -> EvidenceSource:
    """What the application was composed with: inspections and reviews know recipes, so recipes cannot import them."""
    source = request.app.state.evidence
    assert isinstance(source, EvidenceSource)
    return source


EvidenceDep = Annotated[EvidenceSource, Depends(evidence_source_of)]


@router.post("/recipes", status_code=201, dependencies=[permit(Permission.CONFIGURE)])
async def set_recipe(
    work: WorkDep, creation: CreationDep, evidence: EvidenceDep, edit: SetEditDep, new: NewRecipe
) -> RecipeOut:
    """A station has one recipe for a part number; setting it again makes its next revision, in observe.

    The first one needs no `If-Match`."""
    await creation.begin(work)
    known = await service.find_for(work, new.station, new.part_number)
    subject = known.id if known else f"{new.station}/recipes/{new.part_number}"
    await edit.begin_set(work, subject, partial(_find, work, new, evidence))
    recipe = await service.put(
        work,
        station=new.station,
        part_number=new.part_number,
        model=new.model,
        fail_safe=new.fail_safe,
        deadline_ms=new.deadline_ms,
        good_below=new.good_below,
        bad_above=new.bad_above,
    )
    made = RecipeOut.of(recipe, await service.weigh_evidence(work, recipe, evidence))
    return edit.tagged(await creation.answer(work, made))


@router.get("/recipes", dependencies=[permit(Permission.VIEW)])
async def list_recipes(
    work: WorkDep, evidence: EvidenceDep, request: PageDep, station: str | None = None
) -> Listing[RecipeOut]:
    """Newest first, each in its present revision, with the evidence of live parts."""
    page = await service.list_newest(work, station, request)
    return Listing(
        items=[RecipeOut.of(recipe, await service.weigh_evidence(work, recipe, evidence)) for recipe in page.rows],
        next=page.next,
    )


@router.get("/recipes/{recipe}", dependencies=[permit(Permission.VIEW)])
async def get_recipe(work: WorkDep, evidence: EvidenceDep, tagged: TaggedDep, recipe: str) -> RecipeOut:
    """The present revision, with the evidence of live parts."""
    return tagged(await _read(work, recipe, evidence))


@router.get("/recipes/{recipe}/evidence", dependencies=[permit(Permission.VIEW)])
async def get_evidence(work: WorkDep, evidence: EvidenceDep, recipe: str) -> EvidenceOut:
    """What live parts in observe mode have shown of the present model and thresholds."""
    found = await service.get(work, recipe)
    return EvidenceOut.of(await service.weigh_evidence(work, found, evidence))


@router.post("/recipes/{recipe}/suggest-thresholds", dependencies=[permit(Permission.VIEW)])
async def suggest_thresholds(work: WorkDep, evidence: EvidenceDep, recipe: str, costs: CostsIn) -> CostSuggestionOut:
    """The pair that costs least on the reviewed parts, or the recipe's own where nothing is shown to cost less.

    Nothing is changed. 409 ``too_few_reviewed_parts``.
    """
    found = await service.get(work, recipe)
    prices = Costs(escape=costs.escape, overkill=costs.overkill, unsure=costs.unsure, defect_share=costs.defect_share)
    return CostSuggestionOut.of(await service.suggest_by_cost(work, found, prices, evidence))


@router.post("/recipes/{recipe}/promote", dependencies=[permit(Permission.APPROVE)])
async def promote_recipe(
    work: WorkDep, evidence: EvidenceDep, edit: EditDep, recipe: str, promotion: Promotion
) -> RecipeOut:
    """From the next rollout on its verdicts drive outputs. 409 ``evidence_missing`` says what is not shown yet."""
    await edit.begin(work, recipe, partial(_read, work, recipe, evidence))
    promoted, shown = await service.promote(
        work, recipe, note=promotion.note, source=evidence, accept_escape_rate=promotion.accept_escape_rate
    )
    return edit.tagged(RecipeOut.of(promoted, shown))


async def _find(work: Work, new: NewRecipe, evidence: EvidenceSource) -> RecipeOut | None:
    found = await service.find_for(work, new.station, new.part_number)
    return RecipeOut.of(found, await service.weigh_evidence(work, found, evidence)) if found else None


async def _read(work: Work, recipe: str, evidence: EvidenceSource) -> RecipeOut:
    found = await service.get(work, recipe)
    return RecipeOut.of(found, await service.weigh_evidence(work, found, evidence))
