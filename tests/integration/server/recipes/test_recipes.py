"""A recipe observes first, and earns the right to reject by live parts and reviews."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goodpart.server.audit import service as audit
from goodpart.server.kit.objects import Objects, open_objects
from goodpart.server.kit.pages import PageRequest
from goodpart.server.kit.work import Database
from goodpart.server.models import service as models
from goodpart.server.models.errors import ModelNotApprovedError, ModelNotFoundError
from goodpart.server.places import editing
from goodpart.server.places import service as places
from goodpart.server.places.errors import PartNumberNotFoundError, PartNumberRetiredError, PlaceNotFoundError
from goodpart.server.places.model import PlaceKind
from goodpart.server.recipes import service as recipes
from goodpart.server.recipes.errors import (
    AlreadyPromotedError,
    EvidenceMissingError,
    RecipeInvalidError,
    RecipeNotFoundError,
)
from goodpart.server.recipes.model import Recipe
from goodpart.server.reviews import service as reviews
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import CYCLE_MS, PART_NUMBER, InspectedPlant, part

T = datetime(2026, 3, 2, 8, tzinfo=UTC)
EVIDENCE = reviews.ReviewedParts()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(T + timedelta(hours=1))


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return open_objects("", tmp_path / "objects")


async def put(
    plant: InspectedPlant,
    model: str,
    *,
    station: str | None = None,
    part_number: str = PART_NUMBER,
    good_below: float | None = None,
    bad_above: float | None = None,
) -> Recipe:
    async with plant.database.work() as work:
        return await recipes.put(
            work,
            station=station or plant.station,
            part_number=part_number,
            model=model,
            fail_safe=Action.REJECT,
            deadline_ms=300,
            good_below=good_below,
            bad_above=bad_above,
        )


async def promote(plant: InspectedPlant, recipe: str, note: str = "", accept_escape_rate: float = 0) -> Recipe:
    async with plant.database.work() as work:
        promoted, _ = await recipes.promote(
            work, recipe, note=note, source=EVIDENCE, accept_escape_rate=accept_escape_rate
        )
    return promoted


async def observes(plant: InspectedPlant, recipe: Recipe, *, good: int, bad: int, escaped: int = 0) -> None:
    """Parts pass in observe mode, and a person says what they are."""
    async with plant.database.work(read_only=True) as work:
        _, package = await models.get_approved(work, recipe.model)
    truth = [Verdict.GOOD] * good + [Verdict.BAD] * (bad + escaped)
    scores = [0.5] * good + [2.5] * bad + [0.5] * escaped
    parts = [
        part(n, T + timedelta(seconds=n), mode=Mode.OBSERVE, score=score, recipe=recipe.id, package=package)
        for n, score in enumerate(scores)
    ]
    await plant.passes(*parts)
    async with plant.database.work() as work:
        for one, verdict in zip(parts, truth, strict=True):
            await reviews.review(work, one.inspection, verdict=verdict, note="")


async def test_a_recipe_starts_in_observe_with_its_models_thresholds(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)

    recipe = await put(plant, await plant.learns(objects))

    assert (recipe.mode, recipe.revision) == (Mode.OBSERVE, 1)
    assert (recipe.thresholds.good_below, recipe.thresholds.bad_above) == (1.0, 2.0)
    async with database.work(read_only=True) as work:
        evidence = await recipes.weigh_evidence(work, recipe, EVIDENCE)
    assert (evidence.live.seen, evidence.may_promote) == (0, False)


async def test_evidence_earns_a_promotion_which_is_a_revision_of_its_own(
    database: Database, objects: Objects, clock: SteppingClock
) -> None:
    plant = await InspectedPlant.built_in(database)
    recipe = await put(plant, await plant.learns(objects))
    with pytest.raises(EvidenceMissingError, match="0 of the 20"):
        await promote(plant, recipe.id)
    await observes(plant, recipe, good=16, bad=4)
    clock.advance(1)

    promoted = await promote(plant, recipe.id, "agreed in the morning round")

    assert (promoted.mode, promoted.revision, promoted.id) == (Mode.PRODUCTION, 2, recipe.id)
    async with database.work(read_only=True) as work:
        assert await recipes.get(work, recipe.id) == promoted
        entry = (await audit.list_newest(work, PageRequest(1))).rows[0].entry
    assert entry.action == "recipe.promoted"
    assert "20 reviewed parts (16 good, 4 bad): 0 escapes" in entry.detail
    assert "agreed in the morning round" in entry.detail
    with pytest.raises(AlreadyPromotedError):
        await promote(plant, recipe.id)


async def test_escapes_keep_a_recipe_in_observe_until_its_thresholds_catch_them(
    database: Database, objects: Objects
) -> None:
    plant = await InspectedPlant.built_in(database)
    model = await plant.learns(objects)
    recipe = await put(plant, model)
    await observes(plant, recipe, good=16, bad=8, escaped=1)
    with pytest.raises(EvidenceMissingError, match="1 of 9 parts reviewed as bad were judged good"):
        await promote(plant, recipe.id)

    stricter = await put(plant, model, good_below=0.4, bad_above=2.0)

    assert (stricter.id, stricter.revision) == (recipe.id, 2)
    assert (await promote(plant, recipe.id)).revision == 3


async def test_somebody_may_answer_for_the_escapes_that_were_seen_but_not_for_more(
    database: Database, objects: Objects
) -> None:
    plant = await InspectedPlant.built_in(database)
    recipe = await put(plant, await plant.learns(objects))
    await observes(plant, recipe, good=16, bad=8, escaped=2)
    with pytest.raises(EvidenceMissingError, match="2 of 10 parts"):
        await promote(plant, recipe.id, accept_escape_rate=0.1)

    assert (await promote(plant, recipe.id, accept_escape_rate=0.2)).mode is Mode.PRODUCTION


async def test_accepting_escapes_replaces_no_missing_review(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    recipe = await put(plant, await plant.learns(objects))
    await observes(plant, recipe, good=16, bad=0)
    with pytest.raises(EvidenceMissingError, match="16 of the 20 reviewed parts"):
        await promote(plant, recipe.id, accept_escape_rate=1.0)


async def test_another_model_has_to_earn_it_again(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    recipe = await put(plant, await plant.learns(objects))
    await observes(plant, recipe, good=20, bad=0)
    await promote(plant, recipe.id)

    changed = await put(plant, await plant.learns(objects, "a newer one"))

    assert (changed.id, changed.mode, changed.revision) == (recipe.id, Mode.OBSERVE, 3)
    with pytest.raises(EvidenceMissingError):
        await promote(plant, recipe.id)


async def test_of_two_promotions_at_the_same_time_one_counts(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    recipe = await put(plant, await plant.learns(objects))
    await observes(plant, recipe, good=20, bad=0)

    outcomes = await asyncio.gather(promote(plant, recipe.id), promote(plant, recipe.id), return_exceptions=True)

    assert sorted(isinstance(outcome, Recipe) for outcome in outcomes) == [False, True]
    async with database.work(read_only=True) as work:
        assert (await recipes.get(work, recipe.id)).revision == 2


async def test_only_an_approved_model_gets_into_a_recipe(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    candidate = await plant.learns(objects, approve=False)

    with pytest.raises(ModelNotApprovedError):
        await put(plant, candidate)
    with pytest.raises(ModelNotFoundError):
        await put(plant, "none")


async def test_a_recipe_is_for_a_station_and_a_known_part_number(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    model = await plant.learns(objects)

    with pytest.raises(PlaceNotFoundError):
        await put(plant, model, station=plant.line)
    with pytest.raises(PartNumberNotFoundError):
        await put(plant, model, part_number="B-9")
    assert (await put(plant, model, part_number="*")).part_number == "*"
    with pytest.raises(RecipeNotFoundError):
        await promote(plant, "none")


async def test_a_retired_part_number_keeps_its_recipes_and_gets_none_elsewhere(
    database: Database, objects: Objects
) -> None:
    plant = await InspectedPlant.built_in(database)
    model = await plant.learns(objects)
    running = await put(plant, model)
    async with database.work() as work:
        retired = await places.get_part_number(work, PART_NUMBER)
        await editing.retire_part_number(work, retired.id, retired=True)
        elsewhere = await places.create(work, PlaceKind.STATION, "Second look", plant.line)

    assert (await put(plant, model)).revision == running.revision + 1
    with pytest.raises(PartNumberRetiredError):
        await put(plant, model, station=elsewhere.id)


@pytest.mark.parametrize(("good_below", "bad_above"), [(3.0, 2.0), (2.5, None), (float("nan"), 2.0)])
async def test_thresholds_that_cannot_be_are_refused(
    database: Database, objects: Objects, good_below: float, bad_above: float | None
) -> None:
    plant = await InspectedPlant.built_in(database)

    with pytest.raises(RecipeInvalidError):
        await put(plant, await plant.learns(objects), good_below=good_below, bad_above=bad_above)


async def test_a_station_is_told_what_to_run(database: Database, objects: Objects) -> None:
    plant = await InspectedPlant.built_in(database)
    model = await plant.learns(objects)
    recipe = await put(plant, model)
    await put(plant, model, part_number="*")

    async with database.work(read_only=True) as work:
        specs = await recipes.specs_of_station(work, plant.station)
        approved, package = await models.get_approved(work, model)
        listed = await recipes.list_newest(work, plant.station, PageRequest())

    spec = next(spec for spec in specs if spec.part_number == PART_NUMBER)
    assert [one.part_number for one in specs] == ["*", PART_NUMBER]
    assert (spec.recipe, spec.revision, spec.mode) == (recipe.id, 1, Mode.OBSERVE)
    assert (spec.package, spec.package_size_bytes) == (package, approved.size_bytes)
    assert (spec.fail_safe, spec.deadline_ms, spec.ideal_cycle_ms) == (Action.REJECT, 300, CYCLE_MS)
    assert {one.part_number for one in listed.rows} == {"*", PART_NUMBER}
