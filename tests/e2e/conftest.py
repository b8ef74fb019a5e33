"""A demo that runs, and a browser in front of it."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, StorageState, expect, sync_playwright

from tests.e2e.seat import PATIENCE_MS, Scheme, Seat, SitDown


@pytest.fixture(scope="package")
def demo_url(taught_plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sign-in address that a running demo printed; good for one browser.

    It ends with this folder: the crash tests continue the same plant, on the same ports.
    """
    data = tmp_path_factory.mktemp("browsed") / "data"
    shutil.copytree(taught_plant, data)
    command = [sys.executable, "-m", "goodpart", "demo", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            words = (word for line in demo.stdout for word in line.split())
            yield next(word for word in words if "/sign-in#" in word)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=30)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed: make test-deps")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        # Its own sandbox needs rights that a container does not have; only pages of the demo are opened.
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="package")
def session(browser: Browser, demo_url: str) -> StorageState:
    """The cookies of the person who followed the demo's link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(demo_url)
    page.wait_for_url("**/overview")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def sit_down(browser: Browser, demo_url: str, session: StorageState) -> Iterator[SitDown]:
    """Seats a signed-in person at a screen of their own; nothing may have been complained of when they leave."""
    seats: list[Seat] = []
    parts = urlsplit(demo_url)

    def seat(scheme: Scheme = "light", *, width: int = 1366, height: int = 768, locale: str = "en-GB") -> Seat:
        context = browser.new_context(
            storage_state=session,
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            locale=locale,
            timezone_id="America/New_York",
        )
        new = Seat(context.new_page(), f"{parts.scheme}://{parts.netloc}", scheme)
        new.listen()
        seats.append(new)
        return new

    yield seat
    for taken in seats:
        taken.page.context.close()
    assert [complaint for taken in seats for complaint in taken.complaints] == []
