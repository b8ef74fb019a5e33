"""Takes the pictures of README and documentation from a running demo: the pages as they are, with nothing staged.

Needs Chromium on PATH. Overwrites the pictures in ``docs/images``, which README and the tour show.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent / "images"
SIZE: ViewportSize = {"width": 1440, "height": 900}
PARTS_TO_SEE = 240
"""Production parts before the picture: the hourly chart and the last bad part have something to show."""
WITHIN_S = 600
LARGEST_KB = 250
"""Of one picture: every clone of the repository carries all of them."""


@dataclass(frozen=True)
class Stop:
    """One picture of the tour."""

    picture: str
    """Its file in ``docs/images``: ``.png``, or ``.jpg`` for a page that is mostly photographs."""
    address: str
    """Of the page; ``{line}``, ``{station}``, ``{bad}`` and ``{gateway}`` are ids of the demo's plant."""
    awaited: str
    """A selector of what stands on the page once it is worth a picture."""


TOUR = (
    Stop("overview.png", "/overview", "main article img"),
    Stop("line.png", "/lines/{line}", "main img"),
    Stop("inspections.png", "/inspections", "main [data-row='8']"),
    Stop("inspection.jpg", "/inspections/{bad}", "main img"),
    Stop("wall.jpg", "/stations/{station}?wall=true", "[data-testid=live-picture] img"),
    Stop("gateways.png", "/gateways", "main tbody tr"),
    Stop("places.png", "/settings/places", "main nav ul a"),
    Stop("calendar.png", "/settings/calendar", "main [role=img]"),
    Stop("audit.png", "/settings/audit", "main tbody tr"),
)
"""A page joins the tour with a line here, and with its picture in ``docs/guides/tour.md``."""


def main() -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium on PATH. Run make test-deps, or install it, then make screenshots again.")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        demo = subprocess.Popen(
            [Path(sys.executable).with_name("goodpart"), "demo", "--data", data, "--port", "0", "--cycle-ms", "500"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            browser = playwright.chromium.launch(executable_path=chromium)
            take(browser, sign_in_link(demo))
            browser.close()
        finally:
            demo.terminate()
            demo.wait(timeout=30)


def sign_in_link(demo: subprocess.Popen[str]) -> str:
    """The address that the demo prints. Ends the program where the demo ends without one."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if found := re.search(r"https?://\S+", line):
            return found.group()
    sys.exit("The demo ended without printing an address; what it says stands above.")


def take(browser: Browser, link: str) -> None:
    context = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(lambda address: "#" not in address)
    origin = re.match(r"https?://[^/]+", link)
    assert origin is not None
    plant = origin.group()
    ids = wait_for_bad_part(page, plant)
    for stop in TOUR:
        page.goto(plant + stop.address.format_map(ids))
        shoot(page, stop)


def wait_for_bad_part(page: Page, origin: str) -> dict[str, str]:
    """The ids for the addresses of the tour, once the line has run in production for a while and a bad part of it
    has its picture."""
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        stations: list[dict[str, Any]] = page.request.get(f"{origin}/api/live/stations").json()["items"]
        for station in stations:
            bad = station["last_bad"]
            seen = station["kpis"]["counts"]["produced"]
            if bad and seen >= PARTS_TO_SEE and all(image["available"] for image in bad["images"]):
                ids = {name: station[name]["id"] for name in ("station", "line", "gateway")}
                return {**ids, "bad": bad["id"]}
        page.wait_for_timeout(1000)
    sys.exit(f"No bad part with a picture within {WITHIN_S} s of production.")


def shoot(page: Page, stop: Stop) -> None:
    """Take the page once what it waits for is there and everything has loaded. Ends where the picture is too large."""
    page.locator(stop.awaited).first.wait_for()
    # A condition to wait for would be compiled in the page, which the pages' own policy forbids.
    page.evaluate("document.fonts.ready.then(() => null)")
    page.evaluate("Promise.all([...document.images].map((image) => image.decode().catch(() => null))).then(() => null)")
    file = IMAGES / stop.picture
    page.screenshot(path=file, animations="disabled", quality=85 if file.suffix == ".jpg" else None)
    kb = file.stat().st_size // 1000
    if kb > LARGEST_KB:
        sys.exit(
            f"{stop.picture} has {kb} kB, {LARGEST_KB} at most: name it .jpg in the tour if it is mostly photographs."
        )
    sys.stdout.write(f"docs/images/{stop.picture} {kb} kB\n")


if __name__ == "__main__":
    main()
