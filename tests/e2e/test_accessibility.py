"""Every page, and the views on it that `views` leads to, are for everybody.

In both themes, by keys alone, and in each language: axe finds nothing, Tab comes to whatever can be acted on and shows
where it is, no word is left untranslated, nothing is cut off at the side, and the browser has nothing to complain of.
The views are looked at in German in brackets.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import unreached
from tests.e2e.seat import Seat, SitDown
from tests.e2e.views import AREAS, REFUSALS, UNKNOWN, Step, Visitor

pytestmark = pytest.mark.timeout(300)

PAGES = {
    "/overview": "article",
    "/overview?wall=true": "article",
    "/live": "h1",
    "/live?wall=true": "h1",
    "/inspections": "[role=row]",
    "/inspections?mode=production": "[role=row]",
    "/inspections?sequence=999999999": "main h1",
    "/gateways": "[role=region] td",
    "/gateways/add": "form",
    "/settings/account": "h2",
    "/settings/calendar": "[role=img]",
    "/settings/users": "[role=region] a",
    "/settings/places": "nav ul a",
    "/settings/part-numbers": "[role=region] td",
    "/settings/server": "[role=region] td",
    "/settings/audit": "[role=region] td",
    "/set-password#token": "h1",
    "/set-password": "h1",
    "/no-such-page": "h1",
    "/sign-in": "h1",
    "/first-run#token": "h1",
    "/first-run": "h1",
}
"""Each page, and what stands on it when it is ready."""


def in_the_way(seat: Seat, steps: Mapping[str, Step]) -> dict[str, list[str]]:
    """What keeps somebody from using the views that ``steps`` lead to, by step."""
    visitor = Visitor(seat)
    found = {}
    for name, step in steps.items():
        opener = step(visitor)
        found[name] = [*visitor.german.untranslated(), *seat.barriers(), *unreached(visitor.page), *seat.sideways()]
        if opener is not None:
            visitor.page.keyboard.press("Escape")
            expect(visitor.page.locator("dialog:modal, [role=dialog]")).to_have_count(0)
            expect(opener).to_be_focused()
    return {name: lines for name, lines in found.items() if lines}


def at(addresses: Mapping[str, str]) -> dict[str, Step]:
    return {path: partial(Visitor.open, path=path, until=ready) for path, ready in addresses.items()}


def test_nothing_on_a_page_is_in_the_way(sit_down: SitDown) -> None:
    assert in_the_way(sit_down(locale="de-DE"), at(PAGES)) == {}


@pytest.mark.parametrize("area", AREAS)
def test_nothing_is_in_the_way_of_who_goes_on(sit_down: SitDown, area: str) -> None:
    assert in_the_way(sit_down(locale="de-DE"), {step.__name__: step for step in AREAS[area]}) == {}


@pytest.fixture
def second_line(sit_down: SitDown) -> Iterator[str]:
    """The station of a line that nobody has wired yet."""
    seat = sit_down()
    area = next(each["id"] for each in seat.ask("GET", "/api/places")["items"] if each["kind"] == "area")
    line = seat.ask("POST", "/api/places", {"kind": "line", "name": "Line 7", "parent": area})["id"]
    station = seat.ask("POST", "/api/places", {"kind": "station", "name": "Welding check", "parent": line})["id"]
    yield station
    for place in (station, line):
        seat.ask("DELETE", f"/api/places/{place}")


def test_nothing_is_in_the_way_where_there_are_two_lines(sit_down: SitDown, second_line: str) -> None:
    views = {"/overview": "li + li article", "/live": "main li + li a", f"/stations/{second_line}": "main h2"}
    assert in_the_way(sit_down(locale="de-DE"), at(views)) == {}


def test_nothing_is_in_the_way_where_something_does_not_work(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    assert in_the_way(seat, at(UNKNOWN) | {step.__name__: step for step in REFUSALS}) == {}
    # The browser itself notes each refusal.
    seat.forgive("status of 4", "ERR_INTERNET_DISCONNECTED", "preload")
