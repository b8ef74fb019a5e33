"""OPC UA against a real server: what only this protocol can get wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from goodpart.base.clock import SystemClock
from goodpart.base.ports import free_ports
from goodpart.gateway.drivers.context import DriverContext
from goodpart.gateway.drivers.errors import OutputUncertainError
from goodpart.gateway.opcua.link import OpcUaLink
from goodpart.gateway.triggers.opcua import OpcUaTrigger
from goodpart.gateway.triggers.port import LinkOpened
from goodpart.wire.events import Action
from goodpart.wire.verdicts import Verdict
from tests.fakes.benches import PlcBench
from tests.fakes.http_camera import AimedCamera
from tests.fakes.plc import NAMESPACE, SteppedPlc
from tests.fakes.silent_peer import SilentPeer
from tests.fakes.waiting import eventually


@pytest.fixture
async def bench() -> AsyncIterator[PlcBench]:
    async with PlcBench() as opened:
        await anext(opened.trigger.events())
        yield opened


async def test_a_result_is_one_request_with_the_number_last(bench: PlcBench) -> None:
    await bench.output.write(await bench.next_part(""), Verdict.BAD, Action.REJECT)
    (write,) = bench.plc.records.writes
    assert write.nodes == ("Result.Verdict", "Result.Reject", "Result.Sequence")


async def test_a_refused_write_is_uncertain(bench: PlcBench) -> None:
    await bench.plc.forbid_writing("Result.Sequence")
    with pytest.raises(OutputUncertainError, match=r"Result\.Sequence"):
        await bench.output.write(8, Verdict.GOOD, Action.PASS)


async def test_the_drivers_of_one_station_share_one_session(bench: PlcBench) -> None:
    await anext(bench.signals.changes())
    await anext(bench.output.ejects())
    assert bench.plc.connections == 1


async def test_a_counter_that_wraps_goes_on(bench: PlcBench) -> None:
    await bench.plc.set("Part.Sequence", 2**32 - 1)
    await bench.next_part("")
    await bench.output.write(0, Verdict.GOOD, Action.PASS)
    assert (await bench.trigger.part()).sequence == 0
    assert bench.plc.records.writes[-1].sequence == 0


async def test_a_plc_that_is_switched_on_later_is_found_and_its_absence_said_once() -> None:
    plc = SteppedPlc(first_sequence=7)
    trigger = OpcUaTrigger.from_settings({"endpoint": plc.endpoint}, DriverContext(station="s1", clock=SystemClock()))
    with capture_logs() as said:
        waiting = asyncio.ensure_future(anext(trigger.events()))
        await eventually(lambda: said)
        async with plc:
            assert await waiting == LinkOpened(7)
            await trigger.close()
    assert [line["event"] for line in said] == ["plc_not_reachable", "plc_link_open"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"namespace": "urn:elsewhere"}, "no namespace 'urn:elsewhere'"), ({"node": "station9"}, "no value 'station9.")],
)
async def test_a_wrong_program_in_the_plc_is_said(settings: dict[str, str], says: str) -> None:
    async with SteppedPlc() as plc:
        trigger = OpcUaTrigger.from_settings(
            {"endpoint": plc.endpoint, **settings}, DriverContext(station="s1", clock=SystemClock())
        )
        with capture_logs() as said:
            waiting = asyncio.ensure_future(anext(trigger.events()))
            await eventually(lambda: any(says in str(line.get("cause")) for line in said))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await trigger.close()


@pytest.mark.parametrize("listens", [False, True], ids=["nothing listens", "no OPC UA"])
async def test_a_wrong_endpoint_never_ends_the_station(listens: bool) -> None:
    async with AimedCamera(b"a frame") as other:
        port = other.port if listens else free_ports(1)[0]
        link = OpcUaLink(f"opc.tcp://127.0.0.1:{port}/line", NAMESPACE, publishing_interval_ms=10)
        with capture_logs() as said:
            link.start()
            await eventually(lambda: said)
            assert not link.is_open
            await link.close()
    assert said[0]["event"] == "plc_not_reachable"
    assert "cannot be reached" in said[0]["cause"]


async def test_a_link_that_is_closed_while_it_connects_leaves_no_connection() -> None:
    async with SilentPeer() as peer:
        link = OpcUaLink(f"opc.tcp://127.0.0.1:{peer.port}/line", NAMESPACE, publishing_interval_ms=10)
        link.start()
        await eventually(lambda: peer.heard == 1)
        await link.close()
        await eventually(lambda: peer.open_connections == 0)


async def test_a_link_may_be_closed_at_any_moment() -> None:
    async with SteppedPlc() as plc:
        for turns in range(24):
            link = OpcUaLink(plc.endpoint, NAMESPACE, publishing_interval_ms=10)
            link.start()
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(5):
                await link.close()
        await eventually(lambda: plc.connections == 0)
