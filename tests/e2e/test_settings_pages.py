"""The settings in a real browser: accounts, the second factor, the audit trail."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.seat import Seat, SitDown

pytestmark = pytest.mark.timeout(300)

A_PASSWORD = "three green apples"


def test_a_person_is_invited_and_chooses_a_password(sit_down: SitDown) -> None:
    admin = sit_down()
    page = admin.open("/settings/users")
    page.get_by_role("button", name="Add a user").click()
    page.get_by_label("Name").fill("Eve <b>Brandt</b>")
    page.get_by_label("Role", exact=True).select_option("operator")
    page.get_by_label("Place").select_option(label="Goodpart demo › Demo plant")
    page.get_by_role("button", name="Add a user").click()
    expect(page.get_by_role("heading", name="Eve <b>Brandt</b>")).to_be_visible()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label(re.compile("^Hand this over")).input_value()

    page.goto(link)
    page.get_by_label("New password").fill("three green apples")
    page.get_by_role("button", name="Take this password").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.get_by_label("Name").fill("Eve <b>Brandt</b>")
    page.get_by_label("Password", exact=True).fill("three green apples")
    page.get_by_role("button", name="Sign in").click()
    # An operator's own page is the live one, which of a place with one station is that station's.
    expect(page).to_have_url(re.compile(r"/stations/[0-9a-f-]{36}$"))
    page.goto(f"{admin.address}/settings")
    settings = page.get_by_role("navigation", name="Settings")
    expect(settings.get_by_role("link", name="My account")).to_be_visible()
    expect(settings.get_by_role("link")).to_have_count(1)


def test_an_administrator_ends_what_a_person_and_their_programs_are_signed_in_with(sit_down: SitDown) -> None:
    seat = sit_down("dark")
    seat.open("/settings/users")
    with sign_in_as_new(seat, "Gerd") as gerd:
        soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        token = {"password": A_PASSWORD, "name": "MES", "scopes": ["view"], "expires_at": soon}
        assert gerd.post("/api/account/tokens", json=token).status_code == 201
        end_everything_of(seat, "Gerd")
        assert gerd.get("/api/account").status_code == 401


def end_everything_of(seat: Seat, name: str) -> None:
    page = seat.page
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Revoke the token MES").click()
    asked = page.get_by_role("dialog", name="Revoke the token MES?")
    assert seat.barriers() == []
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    page.get_by_role("button", name="Revoke the token MES").press("Enter")
    asked.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("region", name="API tokens").get_by_text("Revoked")).to_be_visible()

    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("region", name="Open sessions")).to_contain_text("Not signed in anywhere.")
    assert seat.barriers() == []


def test_an_account_is_locked_at_once_and_given_back_in_the_same_place(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/settings/users")
    with sign_in_as_new(seat, "Hanno") as hanno:
        page.get_by_role("link", name="Hanno").click()
        page.get_by_role("button", name="Disable this account").click()
        expect(page.get_by_text("Hanno is signed out everywhere.")).to_be_visible()
        assert hanno.get("/api/account").status_code == 401
        page.get_by_role("button", name="Enable this account").click()
        expect(page.get_by_text("Hanno can sign in again.")).to_be_visible()
        assert hanno.post("/api/session", json={"name": "Hanno", "password": A_PASSWORD}).is_success


def test_a_part_number_in_use_is_retired_and_one_that_nothing_needs_removed(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/settings/part-numbers")
    page.get_by_role("button", name="Add a part number").click()
    page.get_by_role("textbox", name="Part number").fill("Y-1")
    page.get_by_role("button", name="Add a part number").click()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_text(re.compile("Retired on"))).to_be_visible()

    page.get_by_role("main").get_by_role("link", name="Part numbers").first.click()
    expect(page.get_by_role("link", name="Y-1")).to_be_hidden()
    page.get_by_role("link", name=re.compile("hidden: show")).click()
    expect(page.get_by_role("link", name="Y-1")).to_be_visible()
    page.get_by_label("Show").select_option("Retired")
    page.get_by_role("searchbox", name="Find").fill("y-1 ")
    expect(page).to_have_url(re.compile(r"\?(?=.*state=retired)(?=.*find=y-1)"))
    page.reload()
    page.get_by_role("link", name="Y-1").click()

    page.get_by_role("button", name="Take into use again").click()
    expect(page.get_by_role("button", name="Retire")).to_be_visible()
    assert seat.barriers() == []
    page.get_by_role("button", name="Remove Y-1").click()
    page.get_by_role("dialog", name="Remove Y-1?").get_by_role("button", name="Remove Y-1").click()
    expect(page.get_by_role("heading", name="Part numbers")).to_be_visible()
    expect(page.get_by_role("link", name="Y-1")).to_be_hidden()


def test_an_authenticator_app_reads_the_code_on_the_screen(sit_down: SitDown) -> None:
    page = sit_down().open("/settings/account")
    page.get_by_role("button", name="Set up").click()
    code = page.get_by_role("img", name="QR code for an authenticator app")
    expect(code).to_be_visible()
    secret = page.get_by_label("Or type this secret into the app").input_value()

    picture = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    read, *_ = cv2.QRCodeDetector().detectAndDecode(picture)

    assert read.startswith("otpauth://totp/Goodpart%3A")
    assert f"secret={secret}&" in read


def test_the_audit_trail_is_verified_and_narrowed(sit_down: SitDown) -> None:
    page = sit_down().open("/settings/audit")
    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text(re.compile(r"^All \d+ entries are unaltered"))).to_be_visible()
    page.get_by_label("About").select_option("recipe")
    expect(page).to_have_url(re.compile("action=recipe"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("Recipe promoted")


def test_a_line_is_added_and_its_part_numbers_come_from_a_corrected_file(sit_down: SitDown, tmp_path: Path) -> None:
    page = sit_down().open("/settings/places")
    tree = page.get_by_role("navigation", name="The plant as a tree")
    tree.get_by_role("link", name=re.compile("^Press shop")).press("Enter")
    below = page.get_by_role("region", name="Add a place below")
    below.get_by_label("Name").fill("Line 2")
    below.get_by_label("Name").press("Enter")
    expect(tree.get_by_role("link", name=re.compile("^Line 2"))).to_be_visible()

    page.get_by_role("link", name="Part numbers").click()
    page.get_by_role("button", name="Import CSV").click()
    dialog = page.get_by_role("dialog", name="Import part numbers")
    path = "Goodpart demo / Demo plant / Press shop / Line 2"
    file = tmp_path / "parts.csv"
    file.write_text(f"number;name;place;ideal_cycle_ms\nZ-1;Bracket;;1900\nZ-1;;{path};1,5\n", encoding="utf-8-sig")
    dialog.get_by_label("CSV file").set_input_files(file)
    expect(dialog.get_by_role("status")).to_contain_text("1 row is wrong")
    expect(dialog.get_by_role("row", name=re.compile("^3 "))).to_contain_text("1,5 is no ideal cycle time")
    expect(dialog.get_by_role("button", name=re.compile("^Apply"))).to_be_disabled()
    file.write_text(f"number;name;place;ideal_cycle_ms\nZ-1;Bracket;;1900\nZ-1;;{path};1500\n", encoding="utf-8-sig")
    dialog.get_by_label("CSV file").set_input_files(file)
    dialog.get_by_role("button", name="Apply 2 rows").click()
    expect(dialog.get_by_role("status")).to_have_text("Done. New rows: 2. Changed rows: 0.")
    dialog.get_by_role("button", name="Close").click()

    page.get_by_role("link", name="Z-1").click()
    row = page.get_by_role("row", name=re.compile("Line 2"))
    expect(row).to_contain_text("1.5 s")
    expect(row).to_contain_text("2,400")


def test_who_saves_second_is_told_and_overwrites_nothing_unseen(sit_down: SitDown) -> None:
    seat = sit_down()
    page = seat.open("/settings/users")
    add_user(seat, "Frida")
    page.get_by_role("link", name="Frida").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Frida")
    other = sit_down().open(page.url.removeprefix(seat.address))
    other.get_by_role("textbox", name="Name").fill("Frieda")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", name="Frieda")).to_be_visible()

    page.get_by_role("textbox", name="Name").fill("Frida Kranz")
    page.get_by_role("button", name="Save").click()

    told = page.get_by_role("alert")
    expect(told).to_contain_text("You changed this in another window")
    expect(other.get_by_role("heading", name="Frieda")).to_be_visible()
    assert seat.barriers() == []
    told.get_by_role("button", name="See the change").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Frieda")
    page.get_by_role("textbox", name="Name").fill("Frida Kranz")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Frida Kranz")).to_be_visible()
    # The browser itself notes the one refusal.
    refusals = [complaint for complaint in seat.complaints if "412" in complaint]
    assert len(refusals) == 1
    seat.complaints.remove(refusals[0])


def test_who_sets_an_ideal_cycle_second_sees_the_first_one(sit_down: SitDown) -> None:
    seat = sit_down()
    headers = {"X-Goodpart": "1"}
    made = seat.page.request.post(f"{seat.address}/api/part-numbers", data={"number": "Z-2"}, headers=headers)
    part = f"/part-numbers/{made.json()['id']}"
    page = seat.open(f"/settings{part}")
    place = page.get_by_label("Place", exact=True)
    place.select_option(label="Goodpart demo › Demo plant")
    page.get_by_label("Ideal cycle time in seconds").last.fill("1.9")
    cycle = f"{seat.address}/api{part}/cycles/{place.input_value()}"
    assert page.request.put(cycle, data={"ideal_cycle_ms": 1500}, headers=headers).ok

    page.get_by_role("button", name="Set for this place").click()

    told = page.get_by_role("alert")
    expect(told).to_contain_text("You changed this in another window")
    expect(told).to_contain_text("The ideal cycle time there is 1.5 s now.")
    told.get_by_role("button", name="See the change").click()
    row = page.get_by_role("row", name=re.compile("Demo plant"))
    expect(row).to_contain_text("1.5 s")
    row.get_by_role("button").click()
    expect(row).to_be_hidden()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(row).to_contain_text("1.5 s")
    assert [complaint for complaint in seat.complaints if "412" not in complaint] == []
    seat.complaints.clear()


def test_a_name_is_text_whatever_it_says(sit_down: SitDown) -> None:
    """No script runs, no picture is asked for: either would be complained of."""
    seat = sit_down()
    page = seat.open("/settings/users")
    names = ['<img src=x onerror="alert(1)">', "<script>alert(2)</script>", "'; DROP TABLE users; --", "{{name}} $t(x)"]
    for name in names:
        add_user(seat, name)
    page.reload()
    for name in names:
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        page.get_by_role("navigation", name="Settings").get_by_role("link", name="Users").click()
    page = seat.open("/settings/audit?action=user.created")
    for name in names:
        expect(page.get_by_text(name, exact=True).first).to_be_visible()


def add_user(seat: Seat, name: str) -> str:
    """Its id."""
    made = seat.ask("POST", "/api/users", {"name": name})
    seat.page.reload()
    return str(made["id"])


@contextmanager
def sign_in_as_new(seat: Seat, name: str) -> Iterator[httpx.Client]:
    """A new user at another screen."""
    link = seat.ask("POST", f"/api/users/{add_user(seat, name)}/password-links", {})["path"].partition("#")[2]
    with httpx.Client(base_url=seat.address, headers={"X-Goodpart": "1"}, trust_env=False) as client:
        client.post("/api/session/password", json={"token": link, "password": A_PASSWORD}).raise_for_status()
        client.post("/api/session", json={"name": name, "password": A_PASSWORD}).raise_for_status()
        yield client
