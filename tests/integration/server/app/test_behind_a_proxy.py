"""What a proxy says about a browser is believed of the proxies that the settings name, and of nobody else."""

import httpx
import pytest

from goodpart.server.run import serving
from goodpart.server.settings import Settings
from goodpart.web.cookies import COOKIE
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import make_first_account

FORWARDED = {"X-Forwarded-For": "10.1.2.3", "X-Forwarded-Proto": "https"}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


async def seen(settings: Settings, clock: SteppingClock) -> tuple[str, bool, bool]:
    """The address that a session is listed with; whether its cookie is for TLS alone; whether browsers keep to TLS."""
    async with (
        serving(settings, clock, with_jobs=False) as (server, addresses),
        httpx.AsyncClient(base_url=addresses.url, headers={"X-Goodpart": "1", **FORWARDED}, trust_env=False) as browser,
    ):
        await make_first_account(server, browser)
        (cookie,) = [cookie for cookie in browser.cookies.jar if cookie.name == COOKIE]
        # httpx, which speaks HTTP to the proxy, does not send a cookie that is for TLS.
        sessions = await browser.get("/api/account/sessions", headers={"Cookie": f"{COOKIE}={cookie.value}"})
        (session,) = sessions.json()["items"]
        return session["address"], cookie.secure, "strict-transport-security" in sessions.headers


async def test_behind_a_named_proxy_the_browser_is_seen_and_its_cookie_is_for_tls(
    settings: Settings, clock: SteppingClock, database_url: str
) -> None:
    named = settings.model_copy(update={"proxies": ("192.168.7.0/24", "127.0.0.1")})

    assert await seen(named, clock) == ("10.1.2.3", True, True)


@pytest.mark.parametrize("proxies", [(), ("192.168.7.0/24",)], ids=["none", "another"])
async def test_nobody_else_says_where_they_come_from(
    settings: Settings, clock: SteppingClock, database_url: str, proxies: tuple[str, ...]
) -> None:
    assert await seen(settings.model_copy(update={"proxies": proxies}), clock) == ("127.0.0.1", False, False)


async def test_gateways_are_told_the_port_of_the_proxy(
    settings: Settings, clock: SteppingClock, database_url: str
) -> None:
    forwarded = settings.model_copy(update={"gateway_hosts": ("gateways.plant",), "gateway_public_port": 9443})

    async with serving(forwarded, clock, with_jobs=False) as (_, addresses):
        assert addresses.gateway_url == "https://gateways.plant:9443"
