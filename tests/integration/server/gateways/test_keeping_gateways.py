"""What people do with gateways on their pages, and what the pages are told while they look."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from goodpart.server.alarms import service as alarms
from goodpart.server.gateways.announcer import GatewayAnnouncer
from goodpart.server.kit.signals import Signal, Signals
from goodpart.server.kit.work import Database
from goodpart.trust.certificates import load_chain
from goodpart.wire.modes import Mode
from goodpart.wire.reported import ReportedState, StationReport
from tests.fakes.clocks import SteppingClock
from tests.fakes.line_gateway import enroll
from tests.fakes.waiting import eventually
from tests.integration.server.conftest import UNSEEN, Line, Served, make_gateway


async def shown(line: Line) -> dict[str, Any]:
    answer = await line.served.browser.get(f"/api/gateways/{line.gateway.id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def reported(line: Line, **changes: Any) -> bytes:
    state = ReportedState(reported_at=line.database.clock.now(), software="0.1.0", boot="b", **changes)
    return msgspec.json.encode(state)


async def report(line: Line, **changes: Any) -> None:
    answer = await line.gateway.http.put("/gateway/v1/reported", content=reported(line, **changes))
    assert answer.status_code == 204, answer.text


class Page:
    """What the stream tells a browser of gateways."""

    def __init__(self, signals: Signals) -> None:
        self.told: list[dict[str, Any]] = []
        signals.listen("gateway", self._hear)

    def says(self, **facts: Any) -> bool:
        return bool(self.told) and {name: self.told[-1][name] for name in facts} == facts

    def _hear(self, signal: Signal) -> None:
        self.told.append(dict(signal.payload))


@pytest.fixture
def page(served: Served) -> Page:
    return Page(served.server.resources.database.signals)


async def test_a_page_sees_a_gateway_come_and_go(served: Served, site: str, page: Page) -> None:
    gateway, code = await make_gateway(served.browser, site)
    await eventually(lambda: page.says(id=gateway, status="waiting", address="") and page.told[-1]["claim_until"])

    assert (await enroll(served.addresses.gateway_url, served.server.authority.bundle, code)).status_code == 200
    await eventually(lambda: page.says(status="online", online=True, address="127.0.0.1", claim_until=None))
    certificate = page.told[-1]["certificate"]
    assert certificate["state"] == "valid"
    assert len(certificate["fingerprint"]) == 64

    await served.browser.post(f"/api/gateways/{gateway}/revoke", json={"reason": "Stolen."})
    await eventually(lambda: page.says(status="revoked", online=False, revoked_because="Stolen."))
    trail = (await served.browser.get("/api/audit", params={"subject": gateway})).json()["items"]
    assert trail[0]["detail"] == "Box 7: Stolen."


@pytest.mark.parametrize("body", [{}, {"reason": "  "}])
async def test_nobody_revokes_without_a_reason(line: Line, body: dict[str, str]) -> None:
    path = f"/api/gateways/{line.gateway.id}"
    assert (await line.served.browser.post(f"{path}/revoke", json=body)).status_code == 422
    assert (await line.served.browser.get(path)).json()["revoked_at"] is None


async def test_a_connection_that_is_cut_shows_within_seconds(line: Line, page: Page) -> None:
    await report(line)
    await eventually(lambda: page.says(status="online"))
    await line.gateway.http.aclose()
    await eventually(lambda: page.says(status="offline"))
    assert page.told[-1]["offline_since"] is not None


async def test_silence_behind_an_open_connection_shows_as_well(line: Line, clock: SteppingClock) -> None:
    await report(line)
    apart = Database(line.database.engine, clock, Signals())  # the server's own announcer looks when its turn comes
    page = Page(apart.signals)
    announcer = GatewayAnnouncer(apart, line.served.server.door.presence)
    await announcer.look()
    assert page.says(status="online", offline_since=None)

    clock.advance(timedelta(seconds=76).total_seconds())
    heard = (await shown(line))["last_seen_at"]
    await announcer.look()

    assert page.says(status="offline", offline_since=heard)
    told = len(page.told)
    await announcer.look()
    assert len(page.told) == told


async def test_a_gateway_tells_of_its_disk_its_clock_and_what_waits(line: Line) -> None:
    station = StationReport(station=line.station, state="running", mode=Mode.OBSERVE, revision=4, events_waiting=12)
    await report(line, disk_free_mb=20_480, disk_total_mb=61_440, clock="unsynchronised", stations=(station,))

    said = (await shown(line))["reported"]

    assert (said["disk_free_mb"], said["disk_total_mb"], said["clock"]) == (20_480, 61_440, "unsynchronised")
    (told,) = said["stations"]
    assert (told["station"], told["mode"], told["revision"], told["events_waiting"]) == (
        line.station,
        "observe",
        4,
        12,
    )


async def test_a_gateway_that_does_not_say_what_waits_is_not_taken_to_have_sent_all(line: Line) -> None:
    old: dict[str, Any] = {"reported_at": "2026-11-02T06:00:00Z", "software": "0.1.0", "boot": "b"}
    old["stations"] = [{"station": line.station, "state": "running"}]
    assert (await line.gateway.http.put("/gateway/v1/reported", json=old)).status_code == 204
    said = (await shown(line))["reported"]
    assert said["stations"][0]["events_waiting"] is None
    assert said["disk_total_mb"] == 0


async def test_every_certificate_is_listed_by_its_serial(line: Line) -> None:
    (first, _) = load_chain(line.gateway.identity.certificate_pem)
    listed = (await line.served.browser.get(f"/api/gateways/{line.gateway.id}/certificates")).json()["items"]
    assert [certificate["serial"] for certificate in listed] == [f"{first.serial_number:x}"]
    assert (await shown(line))["certificate"] == listed[0]


async def test_a_claim_code_that_was_withdrawn_enrols_nobody(served: Served, site: str) -> None:
    gateway, code = await make_gateway(served.browser, site)
    path = f"/api/gateways/{gateway}"
    assert (await served.browser.get(path)).json()["claim_until"] is not None

    assert (await served.browser.delete(f"{path}/claim-codes")).status_code == 204

    refused = await enroll(served.addresses.gateway_url, served.server.authority.bundle, code)
    assert (refused.status_code, refused.json()["code"]) == (403, "claim_code_wrong")
    assert (await served.browser.get(path)).json()["claim_until"] is None
    assert (await served.browser.delete(f"{path}/claim-codes")).status_code == 204
    trail = (await served.browser.get("/api/audit", params={"subject": gateway})).json()["items"]
    assert [entry["action"] for entry in trail].count("claim_code.withdrawn") == 1


async def test_a_gateway_of_another_name_is_the_same_gateway(line: Line) -> None:
    path = f"/api/gateways/{line.gateway.id}"
    seen = {"If-Match": (await line.served.browser.get(path)).headers["ETag"]}
    await report(line)
    renamed = await line.served.browser.patch(path, json={"name": "  Press 4, left  "}, headers=seen)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Press 4, left")
    again = await line.served.browser.patch(path, json={"name": "Press 5"}, headers=seen)
    assert (again.status_code, again.json()["code"]) == (412, "changed_meanwhile")
    assert (await line.gateway.http.get("/gateway/v1/desired")).status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\u0000b", "x" * 201])
async def test_a_name_that_is_none_is_refused(line: Line, name: str) -> None:
    path = f"/api/gateways/{line.gateway.id}"
    refused = await line.served.browser.patch(path, json={"name": name}, headers=UNSEEN)
    assert (refused.status_code, refused.json()["code"]) == (422, "request_invalid")


async def test_a_station_can_be_taken_from_a_gateway(line: Line) -> None:
    path = f"/api/gateways/{line.gateway.id}/stations"
    assert (await line.served.browser.delete(f"{path}/{line.station}", headers=UNSEEN)).status_code == 204
    assert (await line.served.browser.get(path)).json()["items"] == []
    tile = (await line.served.browser.get("/api/live/stations")).json()["items"][0]
    assert tile["gateway"] is None


async def test_what_a_gateway_is_to_run_stands_beside_what_it_runs(line: Line) -> None:
    browser, path = line.served.browser, f"/api/gateways/{line.gateway.id}/states"
    assert (await browser.get(path)).json() == {"desired": None, "active": None, "changed": True}

    rolled_out = await browser.post("/api/rollouts", json={"gateways": [line.gateway.id]})
    assert rolled_out.status_code == 201, rolled_out.text
    states = (await browser.get(path)).json()
    assert (states["desired"]["revision"], states["active"], states["changed"]) == (1, None, False)
    assert [station["name"] for station in states["desired"]["stations"]] == ["Station 1"]

    await report(line, active_revision=1, target_revision=1)
    other = {"driver": "http", "settings": {"url": "http://127.0.0.1/frame"}}
    none = {"driver": "none"}
    wiring = {"camera": other, "trigger": none, "signals": none, "output": none}
    await browser.put(f"/api/gateways/{line.gateway.id}/stations/{line.station}", json=wiring, headers=UNSEEN)
    states = (await browser.get(path)).json()
    assert (states["active"], states["changed"]) == (states["desired"], True)


async def test_alarms_are_asked_for_by_station(line: Line) -> None:
    async with line.database.work() as work:
        await alarms.raise_alarm(work, "camera_lost", f"{line.station}/camera", "The camera does not answer.")
        another = work.new_id()

    async def of(station: str) -> list[str]:
        answer = await line.served.browser.get("/api/alarms", params={"state": "all", "station": station})
        return [alarm["code"] for alarm in answer.json()["items"]]

    assert (await of(line.station), await of(another)) == (["camera_lost"], [])
