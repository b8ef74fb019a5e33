"""Adding a gateway, with a real one at the other end: the printed command is run as it stands.

A server of its own, without a line: these tests end, revoke and rewire things that other tests rely on.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from goodpart.base.processes import start_child, stop_children
from goodpart.demo.client import ApiClient
from tests.e2e.seat import Scheme, Seat

pytestmark = pytest.mark.timeout(300)


@dataclass
class Plant:
    """``goodpart server`` with one site, two stations, and somebody who is signed in."""

    folder: Path
    browser: Browser
    stack: ExitStack
    url: str = ""
    seats: list[Seat] = field(default_factory=list)

    def start(self) -> None:
        command = [sys.executable, "-m", "goodpart", "server", "--json"]
        command += ["--data", str(self.folder / "server"), "--port", "0", "--gateway-port", "0"]
        said = self.run(command, stdout=subprocess.PIPE).stdout
        assert said is not None
        ready = json.loads(said.readline())
        self.url = ready["url"]
        self.api = self.stack.enter_context(ApiClient(self.url, name="server", on_unreachable=lambda: None))
        token = ready["first_run_url"].partition("#")[2]
        self.api.post("/api/session/first-run", {"token": token, "name": "Ada", "password": "a good long password"})
        site = self._place("site", "Ulm", timezone="Europe/Berlin")
        line = self._place("line", "Line 3", parent=site)
        self.stations = [self._place("station", name, parent=line) for name in ("Infeed", "Outfeed")]

    def run(self, command: list[str], stdout: int | None = None) -> "subprocess.Popen[bytes]":
        child = start_child(command, environment=dict(os.environ), stdout=stdout, stderr=subprocess.DEVNULL)
        self.stack.callback(self.end, child)
        return child

    def join(self, command: str) -> "subprocess.Popen[bytes]":
        """Do what the page says, on "another computer": another data folder."""
        words = shlex.split(command)
        assert words[:2] == ["goodpart", "gateway"]
        return self.gateway(*words[2:])

    def gateway(self, *arguments: str) -> "subprocess.Popen[bytes]":
        data = ["--data", str(self.folder / "gateway")]
        return self.run([sys.executable, "-m", "goodpart", "gateway", *arguments, *data])

    @staticmethod
    def end(child: "subprocess.Popen[bytes]") -> None:
        stop_children([child], grace_s=10)
        if child.stdout is not None:
            child.stdout.close()

    def sit_down(self, scheme: Scheme = "light", *, width: int = 1366, height: int = 768) -> Seat:
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": height}, locale="en-GB"
        )
        context.grant_permissions(["clipboard-write", "clipboard-read"])
        seat = Seat(context.new_page(), self.url)
        seat.listen()
        link = self.api.post("/api/session/links")["path"]
        page = seat.open(link)
        expect(page).to_have_url(re.compile("/overview$"))
        self.seats.append(seat)
        return seat

    def _place(self, kind: str, name: str, **more: str) -> str:
        return str(self.api.post("/api/places", {"kind": kind, "name": name, **more})["id"])


@pytest.fixture
def plant(tmp_path: Path, browser: Browser) -> Iterator[Plant]:
    with ExitStack() as stack:
        plant = Plant(tmp_path, browser, stack)
        plant.start()
        yield plant
        for seat in plant.seats:
            seat.page.context.close()
        assert [complaint for seat in plant.seats for complaint in seat.complaints] == []


def add_gateway(page: Page, name: str) -> str:
    """The join command that the page shows."""
    page.get_by_role("link", name="Gateways", exact=True).click()
    page.get_by_role("link", name="Add a gateway").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add a gateway").click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    return page.get_by_label("Command to run on the gateway").input_value()


def test_a_gateway_joins_by_the_printed_command_and_its_coming_and_going_shows(plant: Plant) -> None:
    seat = plant.sit_down()
    page = seat.page
    command = add_gateway(page, "Box <b>7</b>")
    expect(page.get_by_role("img", name="QR code with the join command")).to_be_visible()
    page.get_by_role("button", name="Copy the command").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == command
    assert seat.barriers() == []

    running = plant.join(command)
    joined = page.get_by_role("region", name="Box <b>7</b> is online")
    expect(joined).to_contain_text("Joined from 127.0.0.1")
    expect(joined).to_contain_text(re.compile("[0-9a-f]{64}"))
    expect(page.get_by_role("definition").filter(has_text=re.compile(r"\bof\b.*free"))).to_be_visible()
    assert seat.barriers() == []

    page.get_by_role("link", name="Next: wire a station to it").click()
    page.get_by_label("Camera address").fill("rtsp://camera")
    page.get_by_label("PLC address").fill("opc.tcp://127.0.0.1:1/line")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Write it as http://")).to_be_visible()
    assert seat.barriers() == []
    page.get_by_label("Camera address").fill("http://127.0.0.1:1/frame")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Roll out now").click()
    stations = page.get_by_role("region", name="Stations")
    # Its PLC does not exist; that it says so is what a gateway is to tell.
    expect(stations).to_contain_text(re.compile("Degraded|Starting|Running"))
    expect(page.get_by_role("region", name="Running on the gateway")).to_contain_text("Revision 1")
    assert seat.barriers() == []

    plant.end(running)
    expect(page.get_by_text("It has stopped answering")).to_be_visible()
    page.get_by_role("link", name="Gateways", exact=True).first.click()
    row = page.get_by_role("row").filter(has_text="Box")
    expect(row).to_contain_text("Offline")
    assert seat.barriers() == []

    plant.gateway()
    expect(row).to_contain_text("Online")
    expect(row).to_contain_text("Infeed")


def test_a_code_is_withdrawn_and_a_gateway_revoked_with_a_reason(plant: Plant) -> None:
    seat = plant.sit_down("dark", width=768, height=1024)
    page = seat.page
    add_gateway(page, "Box 8")
    page.get_by_role("button", name="Withdraw the code").click()
    expect(page.get_by_text("No computer is this gateway yet.")).to_be_visible()
    page.get_by_role("button", name="Make a claim code").click()
    expect(page.get_by_label("Command to run on the gateway")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It was shown once, where it was made.")).to_be_visible()

    revoke = page.get_by_role("button", name="Revoke Box 8")
    expect(revoke).to_be_disabled()
    page.get_by_label("Reason").fill("Sold <i>with</i> the press")
    revoke.click()
    expect(page.get_by_text("It was revoked: Sold <i>with</i> the press")).to_be_visible()
    expect(revoke).to_be_hidden()
    assert seat.barriers() == []
