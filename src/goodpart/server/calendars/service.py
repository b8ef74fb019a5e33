"""The calendar of a site: read it, replace it, and have stored figures follow."""

from datetime import datetime
from functools import lru_cache

from goodpart.kpi.calendar import Calendar
from goodpart.kpi.replanning import replanned
from goodpart.server.audit import service as audit
from goodpart.server.calendars import repository
from goodpart.server.calendars.model import Plan, Revision
from goodpart.server.kit.pages import Page, PageRequest
from goodpart.server.kit.work import Work
from goodpart.server.places import service as places
from goodpart.server.places.model import Place, PlaceKind
from goodpart.server.recomputations import service as recomputations

_NONE_SET = Revision(0, Plan())
_WITHOUT_SITE = "UTC"


async def get(work: Work, site: str) -> tuple[Place, Revision]:
    """The revision that holds. Raises `PlaceNotFoundError` for anything but a site."""
    place = await places.get_of_kind(work, site, PlaceKind.SITE)
    return place, await repository.newest(work.session, site) or _NONE_SET


async def revisions(work: Work, site: str, request: PageRequest) -> Page[Revision]:
    """The newest first. Raises `PlaceNotFoundError` for anything but a site."""
    await places.get_of_kind(work, site, PlaceKind.SITE)
    return await repository.list_newest(work.session, site, request)


async def of_place(work: Work, place: str) -> Calendar:
    """When the site of ``place`` means to produce, at any time; round the clock above sites.

    Raises `PlaceNotFoundError`.
    """
    site = await places.site_of(work, place)
    if site is None:
        return Calendar.around_the_clock(_WITHOUT_SITE)
    return calendar_of(site, await repository.newest(work.session, site.id) or _NONE_SET)


def calendar_of(site: Place, revision: Revision) -> Calendar:
    return _calendar(revision.plan, site.timezone or _WITHOUT_SITE, revision.number)


async def replace(work: Work, site: str, plan: Plan) -> Revision:
    """Make ``plan`` the next revision, for all time that it says: stored minutes of the past follow where it differs.

    A plan that says the same makes none. Raises `PlaceNotFoundError` for anything but a site.
    """
    place, before = await get(work, site)
    work.reach.require(site)
    if plan == before.plan:
        return before
    after = Revision(before.number + 1, plan, work.now, work.actor.name)
    await repository.add(work.session, site, after)
    changed = replanned(calendar_of(place, before), calendar_of(place, after))
    stations = await places.stations_under(work, site)
    await recomputations.ask(work, [station.id for station in stations], changed)
    await audit.record(
        work, "calendar.changed", subject_of(site), _detail(place, after, changed[0].start if changed else None)
    )
    return after


async def figures_follow(work: Work, site: str) -> bool:
    """Whether stored minutes of the site are not yet as its calendar plans them. Raises `PlaceNotFoundError`."""
    stations = await places.stations_under(work, site)
    return bool(await recomputations.waiting(work, [station.id for station in stations]))


def subject_of(site: str) -> str:
    """Under which the audit trail has a site's calendar."""
    return f"{site}/calendar"


def _detail(site: Place, revision: Revision, since: datetime | None) -> str:
    weeks = "; ".join(
        f"from {week.first or 'the beginning'}: {', '.join(s.name for s in week.shifts) or 'round the clock'}"
        for week in revision.plan.weeks
    )
    plans = f"differs since {since:%Y-%m-%dT%H:%MZ}" if since else "plans the same time"
    return f"{site.name}, revision {revision.number}, {plans}; {weeks}; {len(revision.plan.days)} exceptions"[:1000]


@lru_cache(maxsize=64)  # plans never change, and every batch of every station asks for the same few
def _calendar(plan: Plan, zone: str, revision: int) -> Calendar:
    return plan.calendar(zone, revision)
