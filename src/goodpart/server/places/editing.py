"""Changing and removing places and part numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from goodpart.kpi.window import EPOCH, Window
from goodpart.server.audit import service as audit
from goodpart.server.kit.work import Work
from goodpart.server.places import cycles, repository, service
from goodpart.server.places.errors import PartNumberInUseError, PlaceInUseError, PlaceInvalidError
from goodpart.server.places.model import (
    DEPENDENTS,
    DEPENDENTS_OF_PARTS,
    PartNumber,
    Place,
    PlaceKind,
    check_place,
    named_dependents,
)
from goodpart.server.recomputations import service as recomputations


async def change(work: Work, place: str, values: Mapping[str, Any]) -> Place:
    """Write the given ones of ``name``, ``parent``, ``timezone`` and ``oee_target``. In another time zone the site's
    calendar means other moments: its stored minutes follow.

    A place moves within its site, so that its shifts, its gateway and its history stay what they are.

    Raises `PlaceNotFoundError`, `PlaceInvalidError`, `PlaceNameTakenError`.
    """
    before = await service.get(work, place)
    work.reach.require(place)
    after = replace(before, **values)
    if after == before:
        return before
    if after.parent != before.parent:
        await _check_move(work, before, after.parent)
    above = await repository.find(work.session, after.parent) if after.parent is not None else None
    check_place(after.kind, above, after.timezone)
    if after.kind is PlaceKind.SITE and after.timezone is None:
        raise PlaceInvalidError("A site needs a time zone.", "Give an IANA name such as Europe/Berlin.")
    if (after.name, after.parent) != (before.name, before.parent):
        await service.check_name_free(work, after.name, after.parent, but=place)
    await repository.change(work.session, after)
    await audit.record(work, "place.changed", place, await _difference(work, before, after))
    if after.timezone != before.timezone:
        stations = await service.stations_under(work, place)
        await recomputations.ask(work, [station.id for station in stations], [Window(EPOCH, work.now)])
    return after


async def remove(work: Work, place: str) -> None:
    """Raises `PlaceNotFoundError`, and `PlaceInUseError` that names what belongs to it."""
    known = await service.get(work, place)
    work.reach.require(place)
    if found := await repository.dependents(work.session, place):
        raise PlaceInUseError(
            f"{known.name} cannot be removed: {named_dependents(found, DEPENDENTS)} belong to it.",
            "Remove or move those first. A place with inspections stays, because they stay on record: rename it.",
        )
    try:
        await repository.remove(work.session, place)
    except IntegrityError as error:
        raise PlaceInUseError(
            f"{known.name} cannot be removed: something was just added to it.", "Reload the page."
        ) from error
    await audit.record(work, "place.removed", place, f"{known.kind} {known.name}")


async def change_part_number(work: Work, part: str, values: Mapping[str, Any]) -> PartNumber:
    """Write the given ones of ``name`` and ``ideal_cycle_ms``. Raises `PartNumberNotFoundError`."""
    work.reach.require(None)
    before = await cycles.get_part(work, part)
    after = replace(before, **values)
    if after != before:
        await repository.change_part_number(work.session, after)
        said = [
            f"{what} from {old or 'none'} to {new or 'none'}"
            for what, old, new in (
                ("name", before.name, after.name),
                ("ideal cycle in ms", before.ideal_cycle_ms, after.ideal_cycle_ms),
            )
            if old != new
        ]
        await audit.record(work, "part_number.changed", part, f"{before.number}: {', '.join(said)}")
    return after


async def retire_part_number(work: Work, part: str, *, retired: bool) -> PartNumber:
    """Or take it into use again. A retired one gets no new dataset and no recipe at another station; what it has goes
    on, and its parts are inspected as before. Raises `PartNumberNotFoundError`."""
    work.reach.require(None)
    before = await cycles.get_part(work, part)
    if retired == (before.retired_at is not None):
        return before
    after = replace(before, retired_at=work.now if retired else None)
    await repository.change_part_number(work.session, after)
    await audit.record(work, "part_number.retired" if retired else "part_number.reinstated", part, before.number)
    return after


async def remove_part_number(work: Work, part: str) -> None:
    """With its ideal cycle times. Raises `PartNumberNotFoundError`, and `PartNumberInUseError` that names what belongs
    to it: whatever was inspected stays on record, and its part number with it."""
    work.reach.require(None)
    known = await cycles.get_part(work, part)
    await repository.lock_part_number(work.session, part)
    if found := await repository.dependents_of_part(work.session, known.number):
        named = named_dependents(found, DEPENDENTS_OF_PARTS)
        raise PartNumberInUseError(
            f"The part number {known.number} cannot be removed: {named} belong to it.",
            "Retire it: nothing new is made for it then, and what there is stays on record.",
            number=known.number,
        )
    await repository.remove_part_number(work.session, part)
    await audit.record(work, "part_number.removed", part, known.number)


async def _check_move(work: Work, place: Place, parent: str | None) -> None:
    work.reach.require(parent)
    if parent is None:
        return
    await service.get(work, parent)
    if place.kind is PlaceKind.SITE:
        return
    site, target = await service.site_of(work, place.id), await service.site_of(work, parent)
    if site is None or target is None or site.id != target.id:
        raise PlaceInvalidError(
            f"{place.name} cannot move to another site: its gateway, its shifts and its history belong to this one.",
            "Make it anew there, and let this one be.",
        )


async def _difference(work: Work, before: Place, after: Place) -> str:
    paths = await service.paths(work)

    def under(parent: str | None) -> str:
        return paths.get(parent, parent) if parent is not None else "the top"

    said = []
    if after.name != before.name:
        said.append(f"renamed from {before.name} to {after.name}")
    if after.parent != before.parent:
        said.append(f"moved from {under(before.parent)} to {under(after.parent)}")
    if after.timezone != before.timezone:
        said.append(f"time zone from {before.timezone} to {after.timezone}")
    if after.oee_target != before.oee_target:
        said.append(f"OEE target from {_percent(before.oee_target)} to {_percent(after.oee_target)}")
    return f"{before.kind} {before.name}: {', '.join(said)}"


def _percent(ratio: float | None) -> str:
    return "none" if ratio is None else f"{ratio * 100:g} %"
