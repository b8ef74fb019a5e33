"""How soon a part is seen on its station's page, and what being seen costs the line: chromium before a running demo.

    python benchmarks/station_page.py --parts 60 --json station_page.json

Starts `goodpart demo` at one part a second, waits until it produces, opens the station's page and prints one JSON
object. `station_picture_ms` is from the part's trigger to the frame in which its picture stands on the page, decoded.
`trigger_to_output_ms` is what the gateway measured for parts that were watched and for parts that were not, by turns.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

TURN_PARTS = 20
LEASE_S = 15
SEEN = """parts => new Promise(done => {
  const seen = new Map();
  const look = () => {
    const picture = document.querySelector('[data-testid=live-picture]');
    const image = picture?.querySelector("img[src^='data:']");
    if (image?.complete && image.naturalWidth > 0 && !seen.has(picture.dataset.part)) {
      seen.set(picture.dataset.part, Date.now());
    }
    if (seen.size > parts) done([...seen].slice(1)); else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    """Measure, print the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=60, metavar="N")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium on PATH: make test-deps.")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as link, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page()
        page.set_default_timeout(300_000)
        page.goto(link)
        page.wait_for_url("**/overview")
        origin = link.split("/sign-in")[0]
        wait_for_production(page, origin)
        text = json.dumps({"cores": len(os.sched_getaffinity(0)), **measured(page, origin, wished.parts)}, indent=1)
    if wished.json:
        wished.json.write_text(text + "\n")
    print(text)


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The sign-in address of a demo."""
    command = [sys.executable, "-m", "goodpart", "demo", "--data", str(data / "demo"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            yield next(found[0] for line in demo.stdout if (found := re.search(r"https?://\S+/sign-in#\S+", line)))
        finally:
            demo.terminate()
            demo.communicate(timeout=60)


def wait_for_production(page: Page, origin: str) -> None:
    while station(page, origin)["mode"] != "production":
        page.wait_for_timeout(1000)


def station(page: Page, origin: str) -> dict[str, Any]:
    found: dict[str, Any] = page.request.get(f"{origin}/api/live/stations").json()["items"][0]
    return found


def measured(page: Page, origin: str, parts: int) -> dict[str, Any]:
    address = f"{origin}/stations/{station(page, origin)['station']['id']}"
    pictures: list[float] = []
    outputs: dict[str, list[float]] = {"watched": [], "unwatched": []}
    while len(pictures) < parts:
        page.goto(address)
        page.wait_for_selector("[data-testid=live-picture] img[src^='data:']")
        began = datetime.now(UTC)
        for part, at_ms in page.evaluate(SEEN, TURN_PARTS):
            triggered = page.request.get(f"{origin}/api/inspections/{part}").json()["triggered_at"]
            pictures.append(at_ms - datetime.fromisoformat(triggered).timestamp() * 1000)
        outputs["watched"] += since(page, origin, began)
        page.goto(f"{origin}/overview")
        page.wait_for_timeout(LEASE_S * 1000)
        began = datetime.now(UTC)
        page.wait_for_timeout(TURN_PARTS * 1000)
        outputs["unwatched"] += since(page, origin, began)
    return {
        "station_picture_ms": spread(pictures),
        "trigger_to_output_ms": {name: spread(found) for name, found in outputs.items()},
    }


def since(page: Page, origin: str, began: datetime) -> list[float]:
    """How long the outputs of the parts from then on took, in ms."""
    wanted: dict[str, str | float | bool] = {"from": began.isoformat(), "limit": 200}
    items = page.request.get(f"{origin}/api/inspections", params=wanted).json()["items"]
    times = [item["output"]["trigger_to_output_ms"] for item in items if item["output"]]
    return [time for time in times if time is not None]


def spread(times: list[float]) -> dict[str, int]:
    cuts = quantiles(times, n=100, method="inclusive")
    return {"parts": len(times), "p50": round(median(times)), "p95": round(cuts[94]), "p99": round(cuts[98])}


if __name__ == "__main__":
    main()
