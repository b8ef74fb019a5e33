"""From the plant down to one part, in a real browser before a running line; the address says where one is."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)

WIDEST_FIT = """
factors => factors.map(factor => {
  factor.textContent = '100,0\\u00a0%';
  return factor.scrollWidth <= factor.clientWidth;
})
"""


def test_the_way_leads_from_the_plant_to_the_line_the_station_and_the_part(sit_down: SitDown) -> None:
    page = sit_down().open("/overview")
    tile = page.get_by_role("article", name="Line 1")
    expect(tile).to_contain_text("OEE")
    expect(tile).to_contain_text("Production")
    tile.get_by_role("link", name="Line 1").click()
    expect(page).to_have_url(re.compile(r"/lines/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", name="Line 1")).to_be_visible()
    page.get_by_role("link", name="Final inspection").click()
    expect(page).to_have_url(re.compile(r"/stations/[0-9a-f-]{36}$"))
    page.get_by_test_id("verdict-strip").get_by_role("link").last.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Part \d+$"))).to_be_visible()


def test_the_overview_follows_the_line_by_itself(sit_down: SitDown) -> None:
    page = sit_down().open("/overview")
    good = page.get_by_role("article", name="Line 1").get_by_role("link", name=re.compile("^Good"))
    expect(good).to_be_visible()
    before = good.inner_text()
    expect(good).not_to_have_text(before)


def test_the_wall_shows_every_line_without_scrolling(sit_down: SitDown) -> None:
    for width, height, locale in ((1920, 1080, "de-DE"), (3840, 2160, "en-GB")):
        page = sit_down("dark", width=width, height=height, locale=locale).open("/overview?wall=true")
        expect(page.get_by_role("article")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        factors = page.get_by_role("definition").locator("b")
        assert factors.evaluate_all(WIDEST_FIT) == [True] * 3
        oee = page.get_by_role("article").get_by_text(re.compile(r"^[\d.,]+\s?%$")).first
        # At 5 m a figure is read when it is a hundredth as high as it is far: 4 % of a screen 1.2 m high are 5 cm.
        assert oee.evaluate("figure => parseFloat(getComputedStyle(figure).fontSize)") > 0.06 * height


def test_any_time_of_a_line_is_an_address(sit_down: SitDown) -> None:
    page = sit_down(locale="de-DE").open("/overview")
    page.get_by_role("article").get_by_role("heading").get_by_role("link").first.click()
    page.get_by_label("Schicht oder Zeit").select_option("last 1")
    expect(page).to_have_url(re.compile(r"from=.+&to="))
    expect(page.get_by_role("heading", name="Teile pro Minute")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Teile pro Minute")).to_be_visible()
    bad = page.get_by_role("img", name=re.compile(r"^\d[\d.]* gut, "))
    expect(bad).to_be_visible()
    expect(page.get_by_role("heading", name="Warum Teile nicht gut waren")).to_be_visible()
