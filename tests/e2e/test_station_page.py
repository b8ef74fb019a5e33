"""The station's page in a real browser: the operator sees each part, and never an old one as if it were now."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)
TWENTY_MM_PX = 20 / 25.4 * 96


def _picture(page: Page) -> Locator:
    return page.get_by_test_id("live-picture")


def _live_frame(page: Page) -> Locator:
    """Sent for who looks: no image that was kept has such an address."""
    return _picture(page).locator("img[src^='data:image/jpeg']")


def test_a_good_part_is_seen_within_seconds_with_its_own_verdict(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/live")
    expect(page).to_have_url(re.compile(r"/stations/[0-9a-f-]{36}$"))
    shown = None
    while shown is None:  # the line goes on: the part that was waited for may be gone before it is looked at
        expect(_live_frame(page)).to_be_visible()
        expect(page.get_by_test_id("live-verdict")).to_have_text("Good")
        shown = page.evaluate(
            """() => {
                const picture = document.querySelector('[data-testid=live-picture]');
                const image = picture.querySelector("img[src^='data:image/jpeg']");
                const verdict = document.querySelector('[data-testid=live-verdict]');
                const facts = [...verdict.parentElement.querySelectorAll('dd')].map((fact) => fact.innerText);
                // Of a part whose record has not come yet, the output is still to be told.
                if (image === null || image.naturalWidth === 0 || facts.includes('…')) return null;
                return [picture.dataset.part, image.naturalWidth, image.naturalHeight, verdict.innerText];
            }"""
        )
    part, width, height, word = shown
    assert 100 < max(width, height) <= 640
    record = seat.ask("GET", f"/api/inspections/{part}")
    assert record["verdict"] == word.lower().replace(" ", "_")


def test_the_picture_moves_on_with_the_line(sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    expect(_live_frame(page)).to_be_visible()
    before = _picture(page).get_attribute("data-part")
    expect(_picture(page)).not_to_have_attribute("data-part", before or "")
    expect(_picture(page).get_by_text(re.compile(r"^\d+ s ago$"))).to_be_visible()


def test_who_leaves_the_page_or_hides_it_asks_for_no_more_pictures(sit_down: SitDown) -> None:
    seat = sit_down()
    seat.page.clock.install()
    page = seat.open("/live")
    expect(_live_frame(page)).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("article").first).to_be_visible()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "live-picture" in request.url else None)
    page.clock.fast_forward(60_000)
    expect(page.get_by_role("article").first).to_be_visible()
    assert asked == []


def test_without_contact_the_last_picture_says_that_it_is_old(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/live")
    expect(_live_frame(page)).to_be_visible()
    page.route("**/api/stream", lambda route: route.abort())
    page.reload()
    expect(_picture(page).get_by_text(re.compile("^Not live. Picture of "))).to_be_visible(timeout=20_000)
    expect(_picture(page).get_by_text(re.compile(r"ago$"))).to_be_hidden()
    for tone in ("bad", "warn", "unseen"):  # whatever the last part was
        page.evaluate("tone => { document.querySelector('[data-stale]').dataset.tone = tone }", tone)
        assert seat.barriers() == []
    # The cut was made here, so what the browser says of it is no fault of the page.
    seat.forgive("ERR_FAILED")


def test_gloves_hit_what_the_operator_needs(sit_down: SitDown) -> None:
    page = sit_down(width=820, height=1180).open("/live")
    opening = page.get_by_role("link", name="Open this part")
    expect(opening).to_be_visible()
    box = opening.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= TWENTY_MM_PX - 0.5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
