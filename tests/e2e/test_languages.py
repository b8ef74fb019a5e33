"""The languages of the pages. That no text lacks its German is looked at with each view, in test_accessibility."""

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import SitDown

pytestmark = pytest.mark.timeout(300)


def test_a_refusal_is_read_in_german(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    page = seat.open("/inspections/00000000-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("Diese Prüfung gibt es nicht.")
    seat.forgive("404")
