"""A station's gateway sends pictures of good parts too, but only while somebody looks, and nothing of it is kept."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import msgspec
import pytest

from goodpart.server.kit.signals import Signal
from goodpart.server.previews.model import LEASE
from goodpart.wire.commands import WATCH, Commands
from goodpart.wire.previews import MAX_PREVIEW_BYTES, StationPreview
from goodpart.wire.reported import ReportedState
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock
from tests.fakes.pictures import good_part
from tests.fakes.previews import preview_of
from tests.integration.server.conftest import Line


@pytest.fixture
async def watchable(line: Line, clock: SteppingClock) -> Line:
    """A line whose gateway has said that it follows the command."""
    await report(line, clock, WATCH)
    return line


async def report(line: Line, clock: SteppingClock, *commands: str) -> None:
    state = ReportedState(reported_at=clock.now(), software="0.2.0", boot="b", commands=commands)
    answer = await line.gateway.http.put("/gateway/v1/reported", content=msgspec.json.encode(state))
    assert answer.status_code == 204, answer.text


async def look(line: Line) -> dict[str, Any]:
    answer = await line.served.browser.get(f"/api/stations/{line.station}/live-picture")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ask(line: Line, cursor: int = 0, wait_s: float = 0) -> Commands:
    answer = await line.gateway.http.get(f"/gateway/v1/commands?cursor={cursor}&wait={wait_s:g}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Commands)


async def send(line: Line, preview: StationPreview | bytes, station: str | None = None) -> httpx.Response:
    content = preview if isinstance(preview, bytes) else msgspec.json.encode(preview)
    return await line.gateway.http.put(f"/gateway/v1/previews/{station or line.station}", content=content)


async def test_a_gateway_is_told_the_moment_somebody_looks(watchable: Line) -> None:
    waiting = asyncio.create_task(ask(watchable, wait_s=30))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done

    shown = await look(watchable)

    async with asyncio.timeout(15):
        commands = await waiting
    (watch,) = commands.watch
    assert (watch.station, watch.lease_s) == (watchable.station, LEASE.total_seconds())
    assert (shown["supported"], shown["part"]) == (True, None)


async def test_the_picture_of_a_good_part_is_shown_with_its_own_verdict(watchable: Line, clock: SteppingClock) -> None:
    await look(watchable)
    preview = preview_of(7, heat=good_part(1))
    assert (await send(watchable, preview)).status_code == 204

    came_at = clock.now()
    clock.advance(2.5)
    part = (await look(watchable))["part"]

    assert (part["inspection"], part["sequence"], part["serial"], part["verdict"]) == ("part-7", 7, "S7", "good")
    assert (part["mode"], part["score"], datetime.fromisoformat(part["received_at"])) == ("observe", 0.5, came_at)
    assert part["frame"].startswith("data:image/jpeg;base64,/9j/")
    assert part["heat"].startswith("data:image/png;base64,iVBOR")


async def test_browsers_that_see_that_place_are_told_of_each_preview(watchable: Line) -> None:
    heard: list[Signal] = []
    watchable.database.signals.listen("preview", heard.append)
    await look(watchable)
    for sequence in (1, 2):
        assert (await send(watchable, preview_of(sequence))).status_code == 204
    assert [(one.payload["inspection"], one.places) for one in heard] == [
        (f"part-{sequence}", (watchable.station,)) for sequence in (1, 2)
    ]


async def test_a_lease_ends_by_itself_and_takes_its_picture_with_it(watchable: Line, clock: SteppingClock) -> None:
    await look(watchable)
    await send(watchable, preview_of(1))
    cursor = (await ask(watchable)).cursor

    clock.advance(LEASE.total_seconds())

    assert (await ask(watchable)).watch == ()
    late = await send(watchable, preview_of(2))
    assert (late.status_code, late.json()["code"]) == (404, "station_not_watched")
    assert (await look(watchable))["part"] is None
    assert (await ask(watchable, cursor)).watch[0].lease_s == LEASE.total_seconds()


async def test_many_who_look_often_do_not_wake_the_gateway_each_time(watchable: Line, clock: SteppingClock) -> None:
    cursors = set()
    for _ in range(12):
        await look(watchable)
        clock.advance(1)
        cursors.add((await ask(watchable)).cursor)
    assert len(cursors) == 3, "in 12 s: a lease is extended once in five"


async def test_as_long_as_one_of_two_goes_on_looking_the_station_stays_watched(
    watchable: Line, clock: SteppingClock
) -> None:
    await look(watchable)
    await look(watchable)
    for _ in range(4):
        clock.advance(5)
        assert (await ask(watchable)).watch != ()
        await look(watchable)
    clock.advance(LEASE.total_seconds())
    assert (await ask(watchable)).watch == ()


async def test_a_question_without_news_is_answered_in_time_and_changes_nothing(watchable: Line) -> None:
    assert await ask(watchable, cursor=5, wait_s=0.2) == Commands(cursor=5)
    await look(watchable)
    commands = await ask(watchable)
    assert await ask(watchable, commands.cursor, wait_s=0.2) == Commands(cursor=commands.cursor)


async def test_a_gateway_that_knew_an_earlier_life_of_the_server_is_answered(watchable: Line) -> None:
    await look(watchable)
    later = (await ask(watchable)).cursor + 99_999
    assert (await ask(watchable, later, wait_s=30)).watch != ()


async def test_a_gateway_of_an_older_version_is_never_asked(line: Line, clock: SteppingClock) -> None:
    assert (await look(line))["supported"] is False
    await report(line, clock)
    assert (await look(line))["supported"] is False
    assert (await ask(line)).watch == ()


async def test_a_revoked_gateway_gets_no_commands_and_its_pictures_are_not_taken(watchable: Line) -> None:
    await look(watchable)
    assert (
        await watchable.served.browser.post(f"/api/gateways/{watchable.gateway.id}/revoke", json={"reason": "stolen"})
    ).status_code == 200

    assert (await watchable.gateway.http.get("/gateway/v1/commands")).status_code == 403
    assert (await send(watchable, preview_of(1))).status_code == 403
    assert (await look(watchable))["supported"] is False


async def test_a_poll_that_waits_ends_with_the_gateway_s_revocation(watchable: Line) -> None:
    waiting = asyncio.create_task(watchable.gateway.http.get("/gateway/v1/commands?wait=30"))
    await asyncio.wait({waiting}, timeout=0.2)
    await watchable.served.browser.post(f"/api/gateways/{watchable.gateway.id}/revoke", json={"reason": "stolen"})
    async with asyncio.timeout(15):
        (ended,) = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(ended, httpx.HTTPError) or (isinstance(ended, httpx.Response) and ended.status_code == 403)


async def test_a_gateway_sends_for_the_stations_that_it_serves_now_and_no_other(watchable: Line) -> None:
    await look(watchable)
    browser = watchable.served.browser
    other = (await browser.post("/api/gateways", json={"name": "Box 8", "site": watchable.site})).json()["id"]
    driver = {"driver": "none"}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}
    assert (await browser.put(f"/api/gateways/{other}/stations/{watchable.station}", json=wiring)).status_code == 200

    for station in (watchable.station, "no-such-station"):
        assert (await send(watchable, preview_of(1), station)).json()["code"] == "station_not_watched"


async def test_what_is_no_preview_is_refused_and_not_shown(watchable: Line) -> None:
    await look(watchable)
    script = msgspec.structs.replace(preview_of(1), frame=b"<svg onload=alert(1)>")
    assert (await send(watchable, script)).json()["code"] == "preview_unusable"
    assert (await send(watchable, b"{")).status_code == 422
    assert (await send(watchable, b" " * (MAX_PREVIEW_BYTES + 1))).status_code == 413
    assert (await look(watchable))["part"] is None


async def test_a_question_that_makes_no_sense_is_refused(watchable: Line) -> None:
    for query in ("cursor=x", "wait=-1", "wait=56", "wait=nan"):
        assert (await watchable.gateway.http.get(f"/gateway/v1/commands?{query}")).status_code == 422, query


async def test_no_record_is_made_of_what_was_only_looked_at(watchable: Line) -> None:
    await look(watchable)
    await send(watchable, preview_of(1, verdict=Verdict.BAD))
    counts = (await watchable.served.browser.get("/api/inspections/counts")).json()
    assert counts["parts"] == 0
