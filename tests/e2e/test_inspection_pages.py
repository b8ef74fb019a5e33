"""Finding a part, looking at it, and judging it, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)


def _open_first(page: Page) -> None:
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile(r"^Part \d+$"))).to_be_visible()


def test_a_review_corrects_the_verdict_and_the_other_key_takes_it_back(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")
    _open_first(page)
    judgement = page.locator("[aria-labelledby=judgement-title]")
    page.keyboard.press("g")
    expect(judgement).to_contain_text("Corrected by review. The model said: Bad")
    expect(page.get_by_role("status")).to_contain_text("Good, says")
    page.reload()
    expect(judgement).to_contain_text("Corrected by review")
    page.keyboard.press("b")
    expect(page.get_by_role("status")).to_contain_text("Bad, says")
    expect(judgement).not_to_contain_text("Corrected by review")


def test_every_key_is_listed(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")
    _open_first(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("This part is Good")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_picture_is_looked_at_by_keys(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")
    _open_first(page)
    heat = page.get_by_role("slider", name="Heat map")
    expect(page.get_by_text("55 %", exact=True)).to_be_visible()  # the pictures come up after the verdict
    expect(heat).to_have_attribute("aria-valuenow", "55")
    page.keyboard.press("h")
    expect(heat).to_have_attribute("aria-valuenow", "0")
    regions = page.get_by_role("button", name=re.compile("region"))
    expect(regions).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("r")
    expect(regions).to_have_attribute("aria-pressed", "false")
    heat.focus()
    page.keyboard.press("ArrowRight")
    expect(heat).to_have_attribute("aria-valuenow", "1")


def test_the_strongest_place_of_a_part_without_a_region_is_called_that(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")

    place = {"x": 100, "y": 100, "width": 60, "height": 60, "score": 0.9, "kind": "", "below_threshold": True}

    def without_regions(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "defects": [place]})

    page.route(re.compile(r"/api/inspections/[^/?]+$"), without_regions)
    _open_first(page)
    expect(page.get_by_role("button", name="Strongest place")).to_be_visible()
    expect(page.get_by_role("heading", name="Strongest place")).to_be_visible()
    expect(page.get_by_text("the picture as a whole was judged")).to_be_visible()
    expect(page.locator("svg [data-below-threshold]")).to_have_count(1)
    page.unroute_all(behavior="wait")  # the neighbours are fetched ahead, and may be on their way


def test_arrows_lead_to_the_neighbouring_parts(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")
    _open_first(page)
    title = page.get_by_role("heading", name=re.compile(r"^Part \d+$"))
    here = int(title.inner_text().split()[1])
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text(f"Part {here - 1}")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text(f"Part {here}")
    page.go_back()
    expect(title).to_have_text(f"Part {here - 1}")


def test_the_address_of_the_list_says_what_is_shown(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections")
    page.get_by_role("link", name="Bad").click()
    page.get_by_role("button", name="More filters").click()
    page.get_by_label("Mode", exact=True).select_option("production")
    expect(page).to_have_url(re.compile(r"verdict=bad.*mode=production"))
    page.reload()
    expect(page.get_by_role("link", name="Bad")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="All", exact=True)).not_to_have_attribute("aria-current", "page")
    rows = page.get_by_role("row").filter(has=page.get_by_role("cell"))
    expect(rows.first).to_be_visible()
    for row in rows.all():
        expect(row).to_contain_text("Bad")


def test_a_part_is_found_by_its_serial_and_opened_without_a_mouse(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=good")  # of a part that was not read the serial may not be known
    serial = page.get_by_role("row").nth(1).get_by_role("cell").nth(2).inner_text().split(" · ")[1].strip()
    page.keyboard.press("/")
    page.keyboard.type(serial)
    expect(page).to_have_url(re.compile("find="))
    expect(page.get_by_role("status")).to_have_text("1 part")
    expect(page.get_by_role("row")).to_have_count(2)  # with the header; how many there are may be known before
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("row").locator("a:focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"^Part \d+$"))).to_be_visible()
    expect(page.locator("[aria-labelledby=facts-title]")).to_contain_text(serial)
    expect(page.locator("[aria-labelledby=history-title]")).to_contain_text("This is the only inspection")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value(serial)


def test_the_list_is_walked_by_arrows_and_comes_back_to_its_place(sit_down: SitDown) -> None:
    seat = sit_down()
    # The parts up to now: of all parts, the list begins anew with the stream, and a part that came meanwhile is first.
    newest = seat.ask("GET", "/api/inspections?limit=1")["items"][0]["triggered_at"]
    page = seat.open(f"/inspections?to={newest}")
    rows = page.get_by_role("row")
    expect(rows.nth(5)).to_be_visible()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    fourth = rows.filter(has=page.locator("a:focus"))
    expect(fourth).to_have_attribute("aria-rowindex", "5")
    name = fourth.get_by_role("link").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Part {name[1:]}", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()


def test_the_table_of_what_is_shown_is_saved(sit_down: SitDown) -> None:
    page = sit_down().open("/inspections?verdict=bad")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Export CSV").click()
    lines = saving.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("triggered_at,station,sequence")
    assert len(lines) > 1
    assert all(",bad," in line for line in lines[1:])


def test_an_unknown_part_is_told_with_what_to_do(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/inspections/00000000-0000-7000-8000-000000000000")
    told = page.get_by_role("alert")
    expect(told.get_by_role("button", name="Try again")).to_have_count(0)  # it will not be there then either
    told.get_by_role("link", name="Back to the list").click()
    expect(page.locator("[data-row='0']")).to_be_visible()
    seat.forgive("404")
