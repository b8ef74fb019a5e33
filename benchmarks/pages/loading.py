"""What the first load of a page transfers and takes, and what the server takes for the questions behind the pages."""

import time
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext

from benchmarks.pages.plant import HEAD


def first_load(context: BrowserContext, path: str) -> dict[str, float]:
    """Bytes as they come over the wire, without and with charts, and the time until the page can be used."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.clearBrowserCache")
    names: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda told: names.update({told["requestId"]: told["response"]["url"]}))
    wire.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(path)
    page.wait_for_selector("[role=row] a, article")
    interactive = float(page.evaluate("performance.now()"))
    page.wait_for_timeout(1500)
    loaded = {names.get(request, ""): size for request, size in sizes.items()}
    page.close()
    assets = {url: size for url, size in loaded.items() if "/assets/" in url or url.endswith(path)}
    charts = sum(size for url, size in assets.items() if "MinuteChart" in url)
    return {
        "interactive_ms": round(interactive),
        "kb": round(sum(assets.values()) / 1000 - charts / 1000, 1),
        "charts_kb": round(charts / 1000, 1),
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
