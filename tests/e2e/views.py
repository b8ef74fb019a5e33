"""Views that no address leads to: what a person does on a page until they stand there.

Each step leaves the visitor before a view, and returns what opened it where it is a dialog. Words are looked up, for
the pages are in bracketed German. A part number, a gateway and several users more stay behind: no test counts them.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.german import BracketedGerman
from tests.e2e.seat import Seat

NOBODY = "00000000-0000-7000-8000-000000000000"
NUMBERS = count(1)
"""What is made has a name of its own each time."""


class Visitor:
    """Somebody who reads bracketed German, and finds things by what stands on them."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.page: Page = seat.page
        self.german = BracketedGerman(seat)

    def open(self, path: str, until: str) -> None:
        self.seat.open(path)
        self.see(until)

    def see(self, what: str) -> None:
        expect(self.page.locator(what).first).to_be_visible()

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.german.words(key)).first

    def field(self, key: str) -> Locator:
        return self.page.get_by_label(self.german.words(key)).first

    def id_of(self, path: str, **wanted: Any) -> str:
        """Of the first in the list at ``path`` that has what is wanted."""
        items = self.seat.ask("GET", path)["items"]
        return str(next(each["id"] for each in items if all(each[name] == value for name, value in wanted.items())))

    def station(self) -> str:
        """The one that inspects."""
        return str(self.seat.ask("GET", "/api/live/stations")["items"][0]["station"]["id"])


Step = Callable[[Visitor], Locator | None]


# ---- the line --------------------------------------------------------------------------------------------------------


def the_wall_of_a_station(visitor: Visitor) -> None:
    visitor.open(f"/stations/{visitor.station()}?wall=true", "[data-testid=live-picture] img")


def a_line_with_its_tables(visitor: Visitor) -> None:
    visitor.open(f"/lines/{visitor.id_of('/api/places', kind='line')}", "svg[role=img] circle")
    for table in visitor.page.locator("summary").all():
        table.click()


def who_is_signed_in(visitor: Visitor) -> Locator:
    visitor.open("/overview", "article")
    menu = visitor.button("person.menu")
    menu.press("Enter")
    visitor.button("person.another").click()
    expect(visitor.field("person.link")).to_be_visible()
    return menu


# ---- parts -----------------------------------------------------------------------------------------------------------


def filters_seldom_used(visitor: Visitor) -> None:
    visitor.open("/inspections?lowest_score=0.1", "[role=row] a")
    expect(visitor.field("inspections.defect")).to_be_visible()


def _a_part(visitor: Visitor, verdict: str) -> None:
    part = visitor.id_of(f"/api/inspections?verdict={verdict}&limit=1")
    visitor.open(f"/inspections/{part}", "[aria-labelledby=history-title]")


def a_good_part(visitor: Visitor) -> None:
    _a_part(visitor, "good")


def a_bad_part_enlarged(visitor: Visitor) -> None:
    _a_part(visitor, "bad")
    visitor.see("main img")
    visitor.page.keyboard.press("z")


def the_keys(visitor: Visitor) -> Locator:
    _a_part(visitor, "bad")
    keys = visitor.button("inspection.keys")
    keys.press("Enter")
    visitor.see("dialog[open] dl")
    return keys


# ---- gateways --------------------------------------------------------------------------------------------------------


def the_gateway(visitor: Visitor) -> None:
    visitor.open(f"/gateways/{visitor.id_of('/api/gateways', status='online')}", "section ul li section, section li a")
    expect(visitor.page.locator("section section li").first).to_be_visible()


def its_wiring(visitor: Visitor) -> None:
    gateway = visitor.id_of("/api/gateways", status="online")
    visitor.open(f"/gateways/{gateway}/wire?station={visitor.station()}", "form input")


def a_wiring_with_mistakes(visitor: Visitor) -> None:
    visitor.open(f"/gateways/{visitor.id_of('/api/gateways', status='online')}/wire", "form input")
    visitor.button("gateways.wiring.every_driver").click()
    visitor.page.locator("fieldset input").first.fill("")
    visitor.page.locator("fieldset textarea").first.fill("no setting")
    visitor.button("action.save").click()
    visitor.see("[aria-invalid=true]")


def a_gateway_that_waits(visitor: Visitor) -> None:
    site = visitor.id_of("/api/places", kind="site")
    made = visitor.seat.ask("POST", "/api/gateways", {"name": f"Box {next(NUMBERS)}", "site": site})
    visitor.open(f"/gateways/{made['id']}", "section")
    visitor.button("gateways.join.make").click()
    expect(visitor.field("gateways.join.command")).to_be_visible()


# ---- settings --------------------------------------------------------------------------------------------------------


def a_token_asked_for(visitor: Visitor) -> None:
    visitor.open("/settings/account", "h2")
    visitor.button("tokens.add").click()
    visitor.button("factor.add").click()
    visitor.see("form [role=img], form fieldset")


def a_site(visitor: Visitor) -> None:
    visitor.open(f"/settings/places?place={visitor.id_of('/api/places', kind='site')}", "form input")
    visitor.button("places.add_top").click()


def a_station_among_the_places(visitor: Visitor) -> None:
    visitor.open(f"/settings/places?place={visitor.station()}", "form input")


def a_part_number(visitor: Visitor) -> None:
    number = visitor.seat.ask("POST", "/api/part-numbers", {"number": f"V-{next(NUMBERS)}"})["id"]
    place = visitor.id_of("/api/places", kind="line")
    visitor.seat.ask("PUT", f"/api/part-numbers/{number}/cycles/{place}", {"ideal_cycle_ms": 1500})
    visitor.open(f"/settings/part-numbers/{number}", "table button")


def an_ideal_cycle_removed(visitor: Visitor) -> None:
    a_part_number(visitor)
    visitor.page.locator("table button").click()
    expect(visitor.button("action.undo")).to_be_focused()


def _ask_first(visitor: Visitor, action: str) -> Locator:
    """Up to the question whether it is to be done."""
    button = visitor.button(action)
    button.press("Enter")
    visitor.see("dialog[open] h2")
    return button


def a_place_about_to_go(visitor: Visitor) -> Locator:
    visitor.open(f"/settings/places?place={visitor.station()}", "form input")
    return _ask_first(visitor, "places.remove_this")


def a_part_number_about_to_go(visitor: Visitor) -> Locator:
    visitor.open(f"/settings/part-numbers/{visitor.id_of('/api/part-numbers')}", "form input")
    return _ask_first(visitor, "parts.remove_this")


def a_new_part_number(visitor: Visitor) -> None:
    visitor.open("/settings/part-numbers", "[role=region] td")
    visitor.button("parts.add").click()


def a_new_user(visitor: Visitor) -> None:
    visitor.open("/settings/users", "[role=region] a")
    visitor.button("users.add").click()


def _new_user(visitor: Visitor, name: str) -> str:
    grants = [{"role": "viewer", "place": None}]
    made = visitor.seat.ask("POST", "/api/users", {"name": f"{name} {next(NUMBERS)}", "grants": grants})
    return str(made["id"])


def a_user_without_access(visitor: Visitor) -> None:
    visitor.open(f"/settings/users/{_new_user(visitor, 'Uwe')}", "form input")
    visitor.button("users.disable").click()
    expect(visitor.button("users.enable")).to_be_visible()


def a_user_with_a_link(visitor: Visitor) -> None:
    visitor.open(f"/settings/users/{_new_user(visitor, 'Vera')}", "form input")
    visitor.button("users.link_make").click()
    expect(visitor.field("users.link_hand_over")).to_be_visible()


def oneself(visitor: Visitor) -> None:
    visitor.open(f"/settings/users/{visitor.seat.ask('GET', '/api/session')['user']['id']}", "form input")


def a_calendar_with_a_mistake(visitor: Visitor) -> None:
    visitor.open("/settings/calendar", "[role=img]")
    visitor.page.locator("input[type=time]").first.fill("")
    visitor.button("calendar.add_day").click()
    visitor.see("[aria-invalid=true]")


def a_calendar_about_to_change(visitor: Visitor) -> None:
    visitor.open("/settings/calendar", "[role=img]")
    visitor.page.locator("input[type=checkbox]").first.click()
    visitor.see("input[type=radio]")


def the_trail_verified(visitor: Visitor) -> None:
    visitor.open("/settings/audit?action=recipe", "[role=region] td")
    visitor.button("audit.verify").click()
    visitor.see("[role=status] code")


def _import(visitor: Visitor, table: str, lines: str) -> Locator:
    visitor.open(f"/settings/{table}", "[role=region] td")
    opener = visitor.button("import.import")
    opener.press("Enter")
    visitor.see("dialog[open] h2")
    if lines:
        visitor.page.locator("dialog input[type=file]").set_input_files(
            files={"name": "table.csv", "mimeType": "text/csv", "buffer": lines.encode()}
        )
        visitor.see("dialog td")
    return opener


def a_file_to_choose(visitor: Visitor) -> Locator:
    return _import(visitor, "part-numbers", "")


def a_file_with_mistakes(visitor: Visitor) -> Locator:
    return _import(visitor, "part-numbers", "number;name;place;ideal_cycle_ms\nV-1;Lid;;fast\nV-2;Lid;Nowhere;5\n")


def a_file_taken(visitor: Visitor) -> Locator:
    opener = _import(visitor, "users", f"name;role;place\nViktor {next(NUMBERS)};viewer;*\n")
    visitor.button("import.apply").click()
    visitor.see("dialog a[download]")
    return opener


# ---- what does not work ----------------------------------------------------------------------------------------------


def a_link_that_was_used(visitor: Visitor) -> None:
    visitor.open("/sign-in#used", "[role=alert]")


def a_name_that_is_not_let_in(visitor: Visitor) -> None:
    visitor.open("/sign-in", "form")
    visitor.field("session.name").fill("Nobody")
    visitor.page.locator("input[type=password]").fill("not the password")
    visitor.button("session.sign_in").click()
    visitor.see("[role=alert]")


def somebody_was_quicker(visitor: Visitor) -> None:
    user = _new_user(visitor, "Quirin")
    visitor.open(f"/settings/users/{user}", "form input")
    visitor.seat.ask("PATCH", f"/api/users/{user}", {"grants": [{"role": "operator", "place": None}]})
    visitor.button("action.save").click()
    visitor.see("[role=alert]")


def a_place_in_use(visitor: Visitor) -> None:
    visitor.open(f"/settings/places?place={visitor.station()}", "form input")
    _ask_first(visitor, "places.remove_this")
    visitor.page.locator("dialog button").last.click()
    visitor.see("[role=alert]")


def no_network(visitor: Visitor) -> None:
    """On the way from one page to another, which has not been loaded yet."""
    visitor.open("/settings/account", "h2")
    visitor.page.context.set_offline(True)
    visitor.page.locator("header a[href='/gateways']").click()
    visitor.see("[role=alert]")


def the_network_is_back(visitor: Visitor) -> None:
    visitor.page.context.set_offline(False)
    visitor.button("action.try_again").click()
    visitor.see("main tbody tr")


AREAS: dict[str, list[Step]] = {
    "line": [the_wall_of_a_station, a_line_with_its_tables, who_is_signed_in],
    "parts": [filters_seldom_used, a_good_part, a_bad_part_enlarged, the_keys],
    "gateways": [the_gateway, its_wiring, a_wiring_with_mistakes, a_gateway_that_waits],
    "masters": [
        a_site,
        a_station_among_the_places,
        a_part_number,
        an_ideal_cycle_removed,
        a_new_part_number,
        a_place_about_to_go,
        a_part_number_about_to_go,
    ],
    "files": [a_file_to_choose, a_file_with_mistakes, a_file_taken],
    "people": [
        a_token_asked_for,
        a_new_user,
        a_user_with_a_link,
        a_user_without_access,
        oneself,
        the_trail_verified,
    ],
    "calendar": [a_calendar_with_a_mistake, a_calendar_about_to_change],
}

REFUSALS: list[Step] = [
    a_link_that_was_used,
    a_name_that_is_not_let_in,
    somebody_was_quicker,
    a_place_in_use,
    no_network,
    the_network_is_back,
]

UNKNOWN = {
    f"/inspections/{NOBODY}": "[role=alert]",
    f"/stations/{NOBODY}": "main h1",
    f"/lines/{NOBODY}": "[role=alert]",
    f"/gateways/{NOBODY}": "[role=alert]",
    f"/gateways/{NOBODY}/wire": "[role=alert]",
    f"/settings/users/{NOBODY}": "[role=alert]",
    f"/settings/part-numbers/{NOBODY}": "[role=alert]",
    f"/settings/places?place={NOBODY}": "main h1",
    "/settings/no-such-page": "main h1",
}
"""Addresses of what is not there, or no longer; and what says so."""
