"""How much a plant's network carries before a page stands that somebody's work begins on."""

import gzip

import pytest
from playwright.sync_api import Response, expect

from tests.e2e.seat import SitDown

LIMIT_BYTES = 300_000
"""Compressed, without the chart, which comes after the figures."""


PAGES = {"/live": "canvas", "/overview": "article", "/inspections": "[role=row] a", "/gateways": "main tbody tr"}
"""Pages that a person's work begins on, and what stands there once it can."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", PAGES)
def test_the_first_load_is_small(sit_down: SitDown, path: str) -> None:
    seat = sit_down()
    loaded: list[Response] = []
    seat.page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108 - playwright marks what it is given
    page = seat.open(path)
    expect(page.locator(PAGES[path]).first).to_be_visible()
    sizes = {
        asset.url.rsplit("/", 1)[1]: len(gzip.compress(asset.body())) for asset in loaded if "/assets/" in asset.url
    }
    # What is not hashed, the few lines that choose the colour scheme, is sent as it is.
    code = [asset for asset in loaded if "/assets/" in asset.url and asset.url.endswith((".js", ".css"))]
    assert {asset.headers.get("content-encoding") for asset in code} == {"gzip"}
    charts = {name for name in sizes if name.startswith("MinuteChart")}
    assert bool(charts) == (path == "/live")
    rest = {name: size for name, size in sizes.items() if name not in charts}
    assert sum(rest.values()) <= LIMIT_BYTES, rest
