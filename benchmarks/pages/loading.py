"""What the first load of a page transfers and takes, and what the server takes for the questions behind the pages."""

import time
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext

from benchmarks.pages.plant import HEAD

PAGES = {"/overview": "article", "/live": "canvas", "/inspections": "[role=row] a", "/gateways": "main tbody tr"}
"""Pages that a person's work begins on, and what stands there once it can."""
SETTLE_MS = 1500
"""In which a page that stands may still load what the next one needs."""

ROUNDS = 5


def first_load(context: BrowserContext, path: str) -> dict[str, float]:
    """The medians of some first loads, each with an empty cache.

    They are the time until the page can be used, and bytes as they come over the wire, with their headers:
    ``kb`` is all code, styles and fonts up to `SETTLE_MS` after that, without the charts; ``kb_when_usable`` what of it
    had come before. ``data_kb`` are the answers of the API up to then.
    """
    loads = [_load(context, path) for _ in range(ROUNDS)]
    return {figure: round(median(load[figure] for load in loads), 1) for figure in loads[0]}


def _load(context: BrowserContext, path: str) -> dict[str, float]:
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))
    wire.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(path)
    page.wait_for_selector(PAGES[path])
    interactive = float(page.evaluate("performance.now()"))
    usable = {request for request in sizes if "/api/" not in names.get(request, "")}
    page.wait_for_timeout(SETTLE_MS)
    page.close()
    data = {request for request in sizes if "/api/" in names.get(request, "")}
    charts = {request for request in sizes if "MinuteChart" in names.get(request, "")}

    def kb(requests: set[str]) -> float:
        return round(sum(sizes[request] for request in requests) / 1000, 1)

    return {
        "interactive_ms": round(interactive),
        "kb": kb(sizes.keys() - data - charts),
        "kb_when_usable": kb(usable - charts),
        "charts_kb": kb(charts),
        "data_kb": kb(data),
    }


def server_times(context: BrowserContext) -> dict[str, Any]:
    """What the server takes for the questions behind the pages, the answer included."""
    questions = {
        "list": "/api/inspections?limit=200",
        "find_serial": "/api/inspections?limit=200&find=WB-000012345",
        "bad_with_defect": "/api/inspections?limit=200&verdict=bad&defect=scratch",
        "counts": "/api/inspections/counts",
    }
    times = {name: [timed(context, path) for _ in range(5)] for name, path in questions.items()}
    return {
        **{f"{name}_ms": round(median(found)) for name, found in times.items()},
        "export_s": round(timed(context, "/api/inspections/export") / 1000, 1),
    }


def timed(context: BrowserContext, path: str) -> float:
    started = time.perf_counter()
    answer = context.request.get(path, headers=HEAD, timeout=300_000)
    assert answer.ok, answer.text()
    return (time.perf_counter() - started) * 1000
