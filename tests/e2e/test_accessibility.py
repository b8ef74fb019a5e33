"""Every page in both themes: axe finds nothing, and the browser has nothing to complain of."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import Scheme, SitDown

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("scheme", ["light", "dark"])]

PAGES = {
    "/overview": "article",
    "/overview?wall=true": "article",
    "/live": "h1",
    "/live?wall=true": "h1",
    "/inspections": "[role=row]",
    "/inspections?mode=production": "[role=row]",
    "/inspections?sequence=999999999": "text=No part matches",
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
    "/no-such-page": "h1",
    "/sign-in": "h1",
    "/first-run#token": "h1",
    "/first-run": "h1",
}
"""Each page, and what stands on it when it is ready."""


@pytest.mark.parametrize("path", PAGES)
def test_the_page_has_no_barrier(sit_down: SitDown, scheme: Scheme, path: str) -> None:
    seat = sit_down(scheme)
    page = seat.open(path)
    expect(page.locator(PAGES[path]).first).to_be_visible()
    page.wait_for_load_state("load")
    assert seat.barriers() == []


@pytest.mark.parametrize("verdict", ["good", "bad"])
def test_an_inspection_has_no_barrier(sit_down: SitDown, scheme: Scheme, verdict: str) -> None:
    seat = sit_down(scheme)
    page = seat.open(f"/inspections?verdict={verdict}")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Part \d+$"))).to_be_visible()
    assert seat.barriers() == []


def test_a_line_has_no_barrier(sit_down: SitDown, scheme: Scheme) -> None:
    seat = sit_down(scheme)
    page = seat.open("/overview")
    page.get_by_role("article").get_by_role("heading").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Where the time went")).to_be_visible()
    expect(page.locator("svg[role=img] circle").first).to_be_attached()
    for table in page.get_by_text("As a table").all():
        table.click()
    assert seat.barriers() == []


def test_a_gateway_and_its_wiring_have_no_barrier(sit_down: SitDown, scheme: Scheme) -> None:
    seat = sit_down(scheme)
    page = seat.open("/gateways")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("region", name="Running on the gateway").get_by_role("listitem").first).to_be_visible()
    assert seat.barriers() == []
    page.get_by_role("link", name=re.compile("^Change wiring of")).click()
    expect(page.get_by_label("PLC address")).to_be_visible()
    assert seat.barriers() == []


def test_the_menu_has_no_barrier(sit_down: SitDown, scheme: Scheme) -> None:
    seat = sit_down(scheme)
    page = seat.open("/live")
    page.get_by_role("button", name=re.compile("^Signed in as")).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert seat.barriers() == []


def test_a_part_number_has_no_barrier(sit_down: SitDown, scheme: Scheme) -> None:
    seat = sit_down(scheme)
    page = seat.open("/settings/part-numbers")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    page.get_by_label("Place", exact=True).select_option(index=1)
    page.get_by_label("Ideal cycle time in seconds").last.fill("1.5")
    page.get_by_role("button", name="Set for this place").click()
    remove = page.get_by_role("button", name=re.compile("^Remove the ideal cycle time"))
    expect(remove).to_be_visible()
    assert seat.barriers() == []
    remove.click()
    expect(remove).to_be_hidden()
