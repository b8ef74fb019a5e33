"""Takes the pictures of README and documentation from a running demo: the pages as they are, with nothing staged.

Needs Chromium on PATH. Overwrites the pictures in ``docs/images``, which README and the tour show.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent / "images"
SIZE: ViewportSize = {"width": 1440, "height": 900}
PARTS_TO_SEE = 240
"""Production parts before the picture: the hourly chart and the last bad part have something to show."""
WITHIN_S = 600


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
    bad = wait_for_bad_part(page, plant)
    page.goto(f"{plant}/live")
    shoot(page, "live.png", "main img")
    page.goto(f"{plant}/overview")
    shoot(page, "overview.png", "main article img")
    page.get_by_role("article").first.get_by_role("link").first.click()
    page.wait_for_url("**/lines/**")
    shoot(page, "line.png", "main img")
    page.goto(f"{plant}/inspections")
    shoot(page, "inspections.png", "main [data-row='8']")
    page.goto(f"{plant}/inspections/{bad}")
    shoot(page, "inspection.jpg", "main img")
    page.goto(f"{plant}/settings/audit")
    shoot(page, "audit.png", "main tbody tr")


def wait_for_bad_part(page: Page, origin: str) -> str:
    """The id of the last bad part with its picture, once the line has run in production for a while."""
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        stations: list[dict[str, Any]] = page.request.get(f"{origin}/api/live/stations").json()["items"]
        for station in stations:
            bad = station["last_bad"]
            seen = station["kpis"]["counts"]["produced"]
            if bad and seen >= PARTS_TO_SEE and all(image["available"] for image in bad["images"]):
                return str(bad["id"])
        page.wait_for_timeout(1000)
    sys.exit(f"No bad part with a picture within {WITHIN_S} s of production.")


def shoot(page: Page, name: str, awaited: str) -> None:
    """Take the page once ``awaited``, a selector, is there and everything has loaded."""
    page.locator(awaited).first.wait_for()
    page.wait_for_function("document.fonts.status === 'loaded' && [...document.images].every(i => i.complete)")
    page.screenshot(path=IMAGES / name, animations="disabled", quality=85 if name.endswith(".jpg") else None)
    sys.stdout.write(f"docs/images/{name}\n")


if __name__ == "__main__":
    main()
