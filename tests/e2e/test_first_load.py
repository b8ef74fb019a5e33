"""How much a plant's network carries before the live page stands."""

import gzip

import pytest
from playwright.sync_api import Response, expect

from tests.e2e.seat import SitDown

LIMIT_BYTES = 300_000
"""Compressed, without the chart, which comes after the figures."""


@pytest.mark.timeout(300)
def test_the_first_load_of_the_live_page_is_small(sit_down: SitDown) -> None:
    seat = sit_down()
    loaded: list[Response] = []
    seat.page.on("response", lambda response: loaded.append(response))  # noqa: PLW0108 - playwright marks what it is given
    page = seat.open("/live")
    expect(page.get_by_role("img", name="Last hour: ")).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    sizes = {
        asset.url.rsplit("/", 1)[1]: len(gzip.compress(asset.body())) for asset in loaded if "/assets/" in asset.url
    }
    # What is not hashed, the few lines that choose the colour scheme, is sent as it is.
    code = [asset for asset in loaded if "/assets/" in asset.url and asset.url.endswith((".js", ".css"))]
    assert {asset.headers.get("content-encoding") for asset in code} == {"gzip"}
    chart = {name for name in sizes if name.startswith("MinuteChart")}
    assert chart
    assert sum(size for name, size in sizes.items() if name not in chart) <= LIMIT_BYTES
