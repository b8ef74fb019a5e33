"""The doors: nobody looks in without a session, and a link opens one browser once."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)


def test_no_page_opens_without_a_session(browser: Browser, demo_url: str) -> None:
    parts = urlsplit(demo_url)
    context = browser.new_context()
    page = context.new_page()
    for path in ("/", "/live", "/inspections?verdict=bad"):
        page.goto(f"{parts.scheme}://{parts.netloc}{path}")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "to=" in page.url
    context.close()


def test_a_used_link_says_so_and_offers_the_form(browser: Browser, demo_url: str, sit_down: SitDown) -> None:
    sit_down()  # somebody has used it
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo_url)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_visible()
    context.close()


def test_another_screen_is_signed_in_by_a_link(browser: Browser, sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    page.get_by_role("button", name=re.compile("^Signed in as")).click()
    page.get_by_role("button", name="Sign in another screen").click()
    link = page.get_by_label("Link that signs in another screen").input_value()
    other = browser.new_context()
    tablet = other.new_page()
    tablet.goto(link)
    tablet.wait_for_url("**/overview")
    tablet.get_by_role("button", name=re.compile("^Signed in as")).click()
    tablet.get_by_role("button", name="Sign out").click()
    expect(tablet.get_by_role("heading", name="Sign in")).to_be_visible()
    other.close()


def test_language_and_appearance_stay_chosen(sit_down: SitDown) -> None:
    page = sit_down().open("/live")
    page.get_by_role("button", name=re.compile("^Signed in as")).click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("link", name="Prüfungen", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Darstellung")).click()
    page.get_by_role("button", name=re.compile("^Darstellung: hell")).click()
    page.reload()
    expect(page.get_by_role("link", name="Prüfungen", exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
