"""An alarm is raised once, follows what is known of it, and is cleared once."""

import httpx

from goodpart.server.alarms import service as alarms
from goodpart.server.alarms.model import Severity
from goodpart.server.compose import Server
from goodpart.server.kit.work import Database
from tests.fakes.clocks import SteppingClock


async def raised(database: Database, detail: str, code: str = "camera_failed") -> None:
    async with database.work() as work:
        await alarms.raise_alarm(work, code, "station", detail)


async def test_an_alarm_that_is_open_is_not_raised_again(
    server: Server, browser: httpx.AsyncClient, clock: SteppingClock
) -> None:
    heard: list[str] = []
    database = server.resources.database
    database.signals.listen("alarm", lambda signal: heard.append(signal.payload["detail"]))
    await raised(database, "no answer")
    await raised(database, "no answer")
    clock.advance(5)
    await raised(database, "refused")

    (alarm,) = (await browser.get("/api/alarms")).json()["items"]

    assert (alarm["detail"], alarm["raised_at"]) == ("refused", "2026-11-02T06:00:00Z")
    assert heard == ["no answer", "refused"]


async def test_a_cleared_alarm_leaves_its_history_and_may_come_again(
    server: Server, browser: httpx.AsyncClient, clock: SteppingClock
) -> None:
    database = server.resources.database
    await raised(database, "first")
    clock.advance(60)
    async with database.work() as work:
        await alarms.clear_alarm(work, "camera_failed", "station")
        await alarms.clear_alarm(work, "camera_failed", "another")
    assert (await browser.get("/api/alarms")).json()["items"] == []
    clock.advance(60)
    await raised(database, "second")

    items = (await browser.get("/api/alarms", params={"state": "all"})).json()["items"]

    assert [(item["detail"], item["cleared_at"]) for item in items] == [
        ("second", None),
        ("first", "2026-11-02T06:01:00Z"),
    ]


async def test_doubt_about_records_is_critical(database: Database) -> None:
    async with database.work() as work:
        forked = await alarms.raise_alarm(work, "journal_forked", "s", "x")
        unknown = await alarms.raise_alarm(work, "of_a_later_version", "s", "x")

    assert (forked.severity, unknown.severity) == (Severity.CRITICAL, Severity.WARNING)
