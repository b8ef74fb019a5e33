"""The live page in a real browser, before a running line."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)


def _newest(page: Page) -> Locator:
    return page.get_by_test_id("verdict-strip").get_by_role("link").last


def _sequence(cell: Locator) -> int:
    """Of ``Part 41: Good, score 0.93, 08:00:12``."""
    found = re.match(r"Part (\d+):", cell.get_attribute("aria-label") or "")
    assert found is not None
    return int(found[1])


def test_a_verdict_arrives_by_itself_and_opens(sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    expect(_newest(page)).to_be_visible()
    before = _sequence(_newest(page))
    following = page.get_by_test_id("verdict-strip").get_by_role("link", name=re.compile(rf"^Part {before + 1}:"))
    expect(following).to_be_visible()
    verdict = (following.get_attribute("aria-label") or "").split(": ")[1].split(",")[0]
    following.click()
    expect(page).to_have_url(re.compile(r"/inspections/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", name=f"Part {before + 1}", exact=True)).to_be_visible()
    expect(page.locator("[aria-labelledby=judgement-title]")).to_contain_text(verdict)


def test_counts_and_the_chart_move_with_the_line(sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    produced = page.get_by_text(re.compile(r"^[\d,]+ in production"))
    expect(produced).to_be_visible()
    before = produced.inner_text()
    expect(produced).not_to_have_text(before)
    expect(page.get_by_role("img", name=re.compile(r"^Last hour: "))).to_be_visible()
    expect(page.get_by_text("Effectiveness")).to_be_visible()


def test_the_last_bad_part_shows_its_picture_with_the_heat_map(sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    newest = page.locator("[aria-labelledby=bads-title] li").first
    expect(newest.get_by_role("img", name=re.compile(r"^Picture of part"))).to_be_visible()
    expect(newest.locator("img")).to_have_count(2)
    for picture in newest.locator("img").all():
        expect(picture).to_have_js_property("complete", value=True)
        expect(picture).not_to_have_js_property("naturalWidth", value=0)


def test_times_are_those_of_the_site_with_its_zone(sit_down: SitDown) -> None:
    """The browser of this test lives in New York; the plant does not."""
    page = sit_down().open("/live")
    zone = page.get_by_role("banner").get_by_text(re.compile(r"^\d\d:\d\d [A-Z]"))
    expect(zone).to_be_visible()
    assert "America/New_York" not in zone.inner_text()


def test_a_lost_server_is_said_and_forgotten_when_it_is_back(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/live")
    expect(_newest(page)).to_be_visible()
    page.route("**/api/stream", lambda route: route.abort())
    page.reload()
    lost = page.get_by_text("No contact with the server")
    expect(lost).to_be_visible(timeout=15_000)
    page.unroute("**/api/stream")
    expect(lost).to_be_hidden(timeout=15_000)
    # The cut was made here, so what the browser says of it is no fault of the page.
    seat.forgive("ERR_FAILED")


def test_the_wall_screen_needs_no_scrolling(sit_down: SitDown) -> None:
    page = sit_down("dark", width=1920, height=1080).open("/live?wall=true")
    expect(page.get_by_test_id("live-verdict")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
