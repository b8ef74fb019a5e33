"""A copy of the database alone does not make codes of anybody's second factor."""

import httpx
import pytest
import sqlalchemy as sa

from goodpart.server.compose import Server, compose
from goodpart.server.settings import Settings
from goodpart.server.users import totp
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import NAME, PASSWORD, make_first_account
from tests.integration.server.users.people import seat

SECRET = totp.new_secret()


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


def code_now(clock: SteppingClock) -> str:
    return totp.code_at(SECRET, int(clock.now().timestamp()) // totp.STEP_S)


async def add_second_factor(browser: httpx.AsyncClient, clock: SteppingClock) -> list[str]:
    """Returns the recovery codes."""
    body = {"password": PASSWORD, "secret": SECRET, "code": code_now(clock)}
    answer = await browser.put("/api/account/second-factor", json=body)
    assert answer.status_code == 200, answer.text
    clock.advance(30)
    codes: list[str] = answer.json()["codes"]
    return codes


async def stored(server: Server) -> str:
    async with server.resources.database.work(read_only=True) as work:
        return str(await work.session.scalar(sa.text("SELECT totp_secret FROM users")))


async def sign_in(server: Server, code: str) -> httpx.Response:
    async with seat(server) as desk:
        return await desk.post("/api/session", json={"name": NAME, "password": PASSWORD, "code": code})


async def test_the_secret_cannot_be_read_in_the_database(
    server: Server, browser: httpx.AsyncClient, clock: SteppingClock
) -> None:
    await add_second_factor(browser, clock)

    assert SECRET not in await stored(server)
    assert (await sign_in(server, code_now(clock))).status_code == 201


async def test_a_secret_of_an_older_version_is_sealed_at_the_next_start(
    settings: Settings, clock: SteppingClock, database_url: str
) -> None:
    async with compose(settings, clock, with_jobs=False) as older:
        async with seat(older) as browser:
            await make_first_account(older, browser)
            await add_second_factor(browser, clock)
        async with older.resources.database.work() as work:
            await work.session.execute(sa.text("UPDATE users SET totp_secret = :plain"), {"plain": SECRET})
    (settings.data_dir / "pki" / "sealing.key").unlink()

    async with compose(settings, clock, with_jobs=False) as server:
        assert SECRET not in await stored(server)
        assert (await sign_in(server, code_now(clock))).status_code == 201


async def test_a_lost_sealing_key_is_named_and_recovery_codes_still_work(
    settings: Settings, clock: SteppingClock, database_url: str
) -> None:
    async with compose(settings, clock, with_jobs=False) as before, seat(before) as browser:
        await make_first_account(before, browser)
        recovery = await add_second_factor(browser, clock)
    (settings.data_dir / "pki" / "sealing.key").unlink()

    async with compose(settings, clock, with_jobs=False) as server:
        lost = await sign_in(server, code_now(clock))
        assert lost.json()["code"] == "seal_broken"
        assert "backup" in lost.json()["remedy"]
        assert (await sign_in(server, recovery[0])).status_code == 201
