"""How fast the pages are for a person: chromium over loopback before a server with a hundred thousand inspections.

    python benchmarks/web.py --json web.json

Fills a fresh server, opens its pages in chromium, unthrottled, and prints one JSON object: what the first load
transfers and how long it takes, how long each change of page takes, and whether rows are missing while the list is
scrolled. Times are taken in the page. Nothing passes the line meanwhile. Where a figure is over its limit, a line says
so and the exit code is 1.

Then parts pass, one a second, by a gateway with a real certificate: what the server takes of a core without and with
fifty stream clients, by turns, and how long after its own time a part is painted on the live page.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the pages' measurements use the tests' gateway

from benchmarks.pages.changes import page_changes
from benchmarks.pages.limits import missed
from benchmarks.pages.live import behind_the_part, stream_cost
from benchmarks.pages.loading import PAGES, first_load, server_times
from benchmarks.pages.passing import passing_line
from benchmarks.pages.plant import fill, serving, sign_in
from benchmarks.pages.scrolling import FLING_ROWS_S, RUSH_ROWS_S, scroll


def main() -> None:
    """Measure, print the JSON, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inspections", type=int, default=100_000, metavar="N")
    parser.add_argument("--clients", type=int, default=50, metavar="N", help="stream clients (50)")
    parser.add_argument("--live-only", action="store_true", help="leave out what is measured without parts passing")
    parser.add_argument("--json", type=Path, help="write the JSON here as well")
    wished = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("There is no chromium on PATH: make test-deps.")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        asyncio.run(fill(data, wished.inspections))
        with serving(data) as (url, token, process), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=url)
            sign_in(context, token)
            result = {"inspections": wished.inspections, "cores": len(os.sched_getaffinity(0))}
            if not wished.live_only:
                result |= measured(context)
            with passing_line(context, data) as line:
                result["stream"] = stream_cost(context, line, process, wished.clients)
                result["tile_behind_part_ms"] = behind_the_part(context, line)
            browser.close()
    over = missed(result)
    text = json.dumps({**result, "over_limit": over}, indent=1)
    if wished.json:
        wished.json.write_text(text + "\n")
    print(text)
    if over:
        sys.exit("Over the limit:\n  " + "\n  ".join(over))


def measured(context: BrowserContext) -> dict[str, Any]:
    return {
        "first_load": {path: first_load(context, path) for path in PAGES},
        "page_change_ms": page_changes(context),
        "scroll": {"fling": scroll(context, FLING_ROWS_S, 10), "rush": scroll(context, RUSH_ROWS_S, 600)},
        "server": server_times(context),
    }


if __name__ == "__main__":
    main()
