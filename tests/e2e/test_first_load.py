"""How much a plant's network carries before a page stands that somebody's work begins on."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.seat import SitDown

LIMIT_BYTES = 300_000
"""Compressed and with headers, as they come over the wire, without the chart, which comes after the figures."""

PAGES = {
    "/live": ("canvas", "MinuteChart"),
    "/overview": ("article", "LinePage"),
    "/inspections": ("[role=row] a", "InspectionPage"),
    "/gateways": ("main tbody tr", "GatewaysPage"),
}
"""Pages that a person's work begins on: what stands there once it can, and what is loaded last, for the next page."""
LOADED = "name => performance.getEntriesByType('resource').some(one => one.name.includes(name))"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", PAGES)
def test_the_first_load_is_small(sit_down: SitDown, path: str) -> None:
    seat = sit_down()
    wire = seat.page.context.new_cdp_session(seat.page)
    wire.send("Network.enable")
    names: dict[str, str] = {}
    codings: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def began(told: dict[str, Any]) -> None:
        names[told["requestId"]] = urlsplit(told["response"]["url"]).path
        codings[names[told["requestId"]]] = told["response"]["headers"].get("content-encoding", "")

    wire.on("Network.responseReceived", began)
    wire.on(
        "Network.loadingFinished",
        lambda told: sizes.update({names.get(told["requestId"], ""): told["encodedDataLength"]}),
    )
    page = seat.open(path)
    stands, last = PAGES[path]
    expect(page.locator(stands).first).to_be_visible()
    page.wait_for_function(LOADED, arg=last)
    page.evaluate("document.fonts.ready")
    code = {name for name in sizes if name.startswith("/assets/") and name.endswith((".js", ".css"))}
    assert {codings[name] for name in code} == {"gzip"}
    charts = {name for name in code if "MinuteChart" in name}
    assert bool(charts) == (path == "/live")
    rest = {name: size for name, size in sizes.items() if name not in charts and not name.startswith("/api/")}
    assert path in rest
    assert any(name.endswith(".woff2") for name in rest)
    assert sum(rest.values()) <= LIMIT_BYTES, rest
