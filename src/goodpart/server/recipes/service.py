"""Making recipes, changing them, and promoting them on evidence."""

import asyncio
from dataclasses import replace

from goodpart.server.audit import service as audit
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.models.model import Model
from goodpart.server.places import cycles
from goodpart.server.places import service as places
from goodpart.server.places.model import PlaceKind
from goodpart.server.recipes import repository
from goodpart.server.recipes.errors import (
    AlreadyPromotedError,
    EvidenceMissingError,
    RecipeChangedError,
    RecipeInvalidError,
    RecipeNotFoundError,
    TooFewReviewedPartsError,
)
from goodpart.server.recipes.model import (
    ANY_PART_NUMBER,
    Evidence,
    EvidenceSource,
    PromotionRule,
    Recipe,
    suggest_cheapest,
    weigh,
)
from goodpart.vision.costs import Costs, CostSuggestion
from goodpart.vision.verdict import Thresholds
from goodpart.wire.desired import RecipeSpec
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode

RULE = PromotionRule()


async def put(
    work: Work,
    *,
    station: str,
    part_number: str,
    model: str,
    fail_safe: Action,
    deadline_ms: int,
    good_below: float | None,
    bad_above: float | None,
) -> Recipe:
    """What the station is to do for a part number from now on: a first recipe or a new revision of the one it has.

    Either starts in observe: another model or other thresholds have to earn the right to reject again. Raises
    `PlaceNotFoundError`, `PartNumberNotFoundError`, `PartNumberRetiredError` (of a first recipe), `ModelNotFoundError`,
    `ModelNotApprovedError`, `RecipeInvalidError`.
    """
    place = await places.get_of_kind(work, station, PlaceKind.STATION)
    work.reach.require(station)
    known = await repository.find_for(work.session, station, part_number)
    if known is None and part_number != ANY_PART_NUMBER:
        await places.get_part_number(work, part_number)
    await models.get(work, model)
    approved, _ = await models.get_approved(work, model)
    recipe = Recipe(
        id=known.id if known else work.new_id(),
        station=station,
        part_number=part_number,
        revision=known.revision + 1 if known else 1,
        model=model,
        mode=Mode.OBSERVE,
        thresholds=_thresholds(approved, good_below, bad_above),
        fail_safe=fail_safe,
        deadline_ms=deadline_ms,
        note="",
        created_at=work.now,
        created_by=work.actor.name,
    )
    if known is None:
        await repository.add_first(work.session, recipe)
    else:
        await _add_next(work, recipe)
    await audit.record(
        work,
        "recipe.set",
        recipe.id,
        f"Revision {recipe.revision} for {place.name}, part number {part_number}, with the model {approved.name}.",
    )
    return recipe


async def get(work: Work, recipe: str) -> Recipe:
    """Raises `RecipeNotFoundError`, also for one of a station out of reach."""
    found = await repository.find(work.session, recipe)
    if found is None or not work.reach.sees(found.station):
        raise RecipeNotFoundError.of("recipe", recipe)
    return found


async def find_for(work: Work, station: str, part_number: str) -> Recipe | None:
    """The recipe of a station for a part number. Raises `PlaceNotFoundError`, also for a station out of reach."""
    await places.get_of_kind(work, station, PlaceKind.STATION)
    return await repository.find_for(work.session, station, part_number)


async def list_newest(work: Work, station: str | None, request: PageRequest) -> Page[Recipe]:
    return await repository.list_newest(work.session, station, request, work.reach)


async def weigh_evidence(work: Work, recipe: Recipe, source: EvidenceSource, rule: PromotionRule = RULE) -> Evidence:
    """What live parts have shown so far of the recipe's present model and thresholds."""
    _, package = await models.get_approved(work, recipe.model)
    parts = await source.observed_parts(work, recipe=recipe.id, package=package)
    return weigh(parts, recipe.thresholds, rule)


async def suggest_by_cost(work: Work, recipe: Recipe, costs: Costs, source: EvidenceSource) -> CostSuggestion:
    """The thresholds that cost least on the parts reviewed so far. Raises `TooFewReviewedPartsError`."""
    _, package = await models.get_approved(work, recipe.model)
    parts = await source.observed_parts(work, recipe=recipe.id, package=package)
    try:
        # Smoothing and resampling take a moment: other requests go on meanwhile.
        return await asyncio.to_thread(suggest_cheapest, parts, costs, recipe.thresholds)
    except ValueError as error:
        raise TooFewReviewedPartsError(
            f"No thresholds can be suggested by cost yet: {error}, and {len(parts.good_scores)} and "
            f"{len(parts.bad_scores)} were reviewed.",
            "Let the recipe observe and review more of its parts.",
        ) from error


async def promote(
    work: Work, recipe: str, *, note: str, source: EvidenceSource, accept_escape_rate: float = 0
) -> tuple[Recipe, Evidence]:
    """A new revision whose verdicts drive outputs, once rolled out.

    A recipe that lets more bad parts pass than the rule allows needs somebody who answers for it: up to
    ``accept_escape_rate``, which is kept in the audit. It replaces no evidence that is missing.

    Raises `RecipeNotFoundError`, `AlreadyPromotedError`, and `EvidenceMissingError` with all reasons.
    """
    known = await get(work, recipe)
    work.reach.require(known.station)
    if not known.observes:
        raise AlreadyPromotedError("The recipe is in production already.", "Roll it out if a gateway lacks it.")
    rule = replace(RULE, max_escape_rate=max(RULE.max_escape_rate, accept_escape_rate))
    evidence = await weigh_evidence(work, known, source, rule)
    if not evidence.may_promote:
        raise EvidenceMissingError(
            "The recipe may not be promoted yet: " + " ".join(evidence.reasons),
            "Let it observe more parts, review them, adjust its thresholds, or accept the escape rate that was seen.",
        )
    promoted = replace(
        known,
        revision=known.revision + 1,
        mode=Mode.PRODUCTION,
        note=note,
        created_at=work.now,
        created_by=work.actor.name,
    )
    await _add_next(work, promoted)
    await audit.record(
        work,
        "recipe.promoted",
        recipe,
        f"Revision {promoted.revision}, on {evidence.reviewed} reviewed parts ({evidence.reviewed_good} good, "
        f"{evidence.reviewed_bad} bad): {evidence.escapes} escapes, {evidence.overkills} overkills; "
        f"up to {rule.max_escape_rate * 100:g} % escapes accepted. {note}".strip(),
    )
    return promoted, evidence


async def specs_of_station(work: Work, station: str) -> tuple[RecipeSpec, ...]:
    """What a desired state says of a station's recipes. Raises `ModelNotApprovedError`."""
    found = await repository.list_of_station(work.session, station)
    ideal = await cycles.ideal_cycles(work, station, {recipe.part_number for recipe in found})
    specs = []
    for recipe in found:
        model, package = await models.get_approved(work, recipe.model)
        specs.append(
            RecipeSpec(
                recipe=recipe.id,
                revision=recipe.revision,
                part_number=recipe.part_number,
                package=package,
                package_size_bytes=model.size_bytes,
                good_below=recipe.thresholds.good_below,
                bad_above=recipe.thresholds.bad_above,
                mode=recipe.mode,
                fail_safe=recipe.fail_safe,
                deadline_ms=recipe.deadline_ms,
                ideal_cycle_ms=ideal.get(recipe.part_number, 0),
            )
        )
    return tuple(specs)


async def _add_next(work: Work, recipe: Recipe) -> None:
    if not await repository.add_next(work.session, recipe):
        raise RecipeChangedError("Somebody else has changed the recipe meanwhile.", "Reload it and try again.")


def _thresholds(model: Model, good_below: float | None, bad_above: float | None) -> Thresholds:
    """The model's own, where nothing else is asked for."""
    try:
        return Thresholds(
            good_below=model.thresholds.good_below if good_below is None else good_below,
            bad_above=model.thresholds.bad_above if bad_above is None else bad_above,
        )
    except ValueError as error:
        raise RecipeInvalidError(
            f"These thresholds cannot be: {error}.", "Give finite values, the one for good not above that for bad."
        ) from error
