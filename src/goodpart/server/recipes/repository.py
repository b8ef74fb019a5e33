"""Recipes and their revisions in the database."""

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach
from goodpart.server.recipes.model import Recipe
from goodpart.server.recipes.tables import RecipeRevisionRow, RecipeRow
from goodpart.vision.verdict import Thresholds


async def add_first(session: AsyncSession, recipe: Recipe) -> None:
    session.add(
        RecipeRow(id=recipe.id, station=recipe.station, part_number=recipe.part_number, revision=recipe.revision)
    )
    await session.flush()
    await _add_revision(session, recipe)


async def add_next(session: AsyncSession, recipe: Recipe) -> bool:
    """Add the revision after the latest. False where somebody else has added it."""
    changed = await session.scalar(
        update(RecipeRow)
        .where(RecipeRow.id == recipe.id, RecipeRow.revision == recipe.revision - 1)
        .values(revision=recipe.revision)
        .returning(RecipeRow.id)
    )
    if changed is None:
        return False
    await _add_revision(session, recipe)
    return True


async def find(session: AsyncSession, recipe: str) -> Recipe | None:
    found = (await session.execute(_latest().where(RecipeRow.id == recipe))).one_or_none()
    return _recipe(*found) if found else None


async def find_for(session: AsyncSession, station: str, part_number: str) -> Recipe | None:
    query = _latest().where(RecipeRow.station == station, RecipeRow.part_number == part_number)
    found = (await session.execute(query)).one_or_none()
    return _recipe(*found) if found else None


async def list_of_station(session: AsyncSession, station: str) -> list[Recipe]:
    """By part number."""
    found = await session.execute(_latest().where(RecipeRow.station == station).order_by(RecipeRow.part_number))
    return [_recipe(*pair) for pair in found]


async def list_newest(session: AsyncSession, station: str | None, request: PageRequest, reach: Reach) -> Page[Recipe]:
    query = select(RecipeRow).where(reach.limits(RecipeRow.station))
    if station is not None:
        query = query.where(RecipeRow.station == station)
    page = await fetch_page(session, query, [RecipeRow.id], request)
    latest = await session.execute(_latest().where(RecipeRow.id.in_([row.id for row in page.rows])))
    found = {row.id: _recipe(row, revision) for row, revision in latest}
    return Page(tuple(found[row.id] for row in page.rows), page.next)


def _latest() -> Select[RecipeRow, RecipeRevisionRow]:
    return select(RecipeRow, RecipeRevisionRow).join(
        RecipeRevisionRow,
        (RecipeRevisionRow.recipe == RecipeRow.id) & (RecipeRevisionRow.revision == RecipeRow.revision),
    )


async def _add_revision(session: AsyncSession, recipe: Recipe) -> None:
    session.add(
        RecipeRevisionRow(
            recipe=recipe.id,
            revision=recipe.revision,
            model=recipe.model,
            mode=recipe.mode,
            good_below=recipe.thresholds.good_below,
            bad_above=recipe.thresholds.bad_above,
            fail_safe=recipe.fail_safe,
            deadline_ms=recipe.deadline_ms,
            note=recipe.note,
            created_at=recipe.created_at,
            created_by=recipe.created_by,
        )
    )
    await session.flush()


def _recipe(row: RecipeRow, revision: RecipeRevisionRow) -> Recipe:
    return Recipe(
        id=row.id,
        station=row.station,
        part_number=row.part_number,
        revision=revision.revision,
        model=revision.model,
        mode=revision.mode,
        thresholds=Thresholds(good_below=revision.good_below, bad_above=revision.bad_above),
        fail_safe=revision.fail_safe,
        deadline_ms=revision.deadline_ms,
        note=revision.note,
        created_at=revision.created_at,
        created_by=revision.created_by,
    )
