"""A planner sets the calendar of a site in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def site(sit_down: SitDown, request: pytest.FixtureRequest) -> str:
    """The address of the page of a site of its own: the demo goes on by its own shifts."""
    place = {"kind": "site", "name": f"Works of {request.node.name}", "timezone": "Europe/Berlin"}
    return f"/settings/calendar?site={sit_down().ask('POST', '/api/places', place)['id']}"


def opened(page: Page) -> Page:
    expect(page.get_by_role("heading", name="Planned weeks")).to_be_visible()
    return page


def test_three_shifts_and_a_holiday_are_set_and_a_second_tab_is_told(sit_down: SitDown, site: str) -> None:
    seat, late = sit_down(), sit_down()
    page, second = opened(seat.open(site)), opened(late.open(site))

    page.get_by_role("button", name="3 shifts").click()
    expect(page.get_by_label("Break from")).to_have_count(3)
    page.get_by_role("group", name="Shift 2 Late").get_by_label("Break to").fill("22:30")
    expect(page.get_by_text("This break is not inside the shift.")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    page.get_by_role("group", name="Shift 2 Late").get_by_label("Break to").fill("18:45")
    consequence = page.get_by_role("region", name="What this changes")
    expect(consequence).to_contain_text("168 h → 111 h 15 min planned a week")
    page.get_by_role("group", name="Shift 3 Night").get_by_label("Saturday").check()
    expect(consequence).to_contain_text("168 h → 118 h 45 min planned a week")
    expect(consequence).to_contain_text("Night lasts 7 h instead of 8 h")
    page.get_by_label("for the past as well").check()

    page.get_by_role("button", name="Add a day").click()
    page.get_by_label("Name of the day").fill("Works <b>outing</b>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Revision 1, set by")

    preview = page.get_by_role("region", name="Planned weeks")
    expect(preview.get_by_text("Works <b>outing</b>")).to_be_visible()
    expect(preview).to_contain_text("No shift")
    preview.get_by_label("Week of this day").fill("2026-03-26")
    expect(preview).to_contain_text("The clocks go 60 min forward.")
    expect(preview).to_contain_text("Night lasts 7 h instead of 8 h.")
    expect(preview).to_contain_text("22 h 15 min planned")

    second.get_by_role("button", name="1 shift", exact=True).click()
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text(re.compile("changed this"))
    second.get_by_role("button", name="See the change").click()
    expect(second.get_by_role("group", name="Shift 3 Night")).to_be_visible()
    # The browser itself speaks of the refused edit.
    late.forgive("412")


def test_holidays_are_taken_from_a_file(sit_down: SitDown, site: str) -> None:
    page = opened(sit_down().open(site))
    year = page.get_by_label("Year", exact=True).input_value()
    lines = f"Date;Name\n25.12.{year};Christmas Day\n{year}-12-26;Boxing Day\n{year}-13-01;No such day\n"

    page.get_by_label("Import holidays").set_input_files(
        files={"name": "holidays.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )

    expect(page.get_by_text("2 holidays taken from the file. No date and name in line 4.")).to_be_visible()
    expect(page.get_by_label("Name of the day")).to_have_count(2)
    page.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_label("Name of the day")).to_have_count(0)
