"""The PLC of the simulated line, as a gateway meets it over OPC UA."""

import asyncio
import time

import httpx
import pytest
from asyncua import ua
from asyncua.common.node import Node
from asyncua.ua.uaerrors import BadTypeMismatch, BadUserAccessDenied

from tests.integration.demo_line.lines import PlcClient, StartLine, eventually


class Arrivals:
    """Subscribes to the part sequence; for each change reads what stands beside it and takes the picture."""

    def __init__(self, plc: PlcClient, camera: str) -> None:
        self._plc, self._camera = plc, camera
        self.queue: asyncio.Queue[int] = asyncio.Queue()

    def datachange_notification(self, _: Node, value: int, __: object) -> None:
        self.queue.put_nowait(value)

    async def next(self) -> tuple[int, str, str, bytes]:
        async with asyncio.timeout(10):
            sequence = await self.queue.get()
        number, serial = await self._plc.read("Part.Number"), await self._plc.read("Part.Serial")
        async with httpx.AsyncClient() as http:
            frame = await http.get(self._camera)
        assert frame.headers["content-type"] == "image/jpeg"
        return sequence, number, serial, frame.content


async def test_each_new_sequence_finds_part_number_serial_and_picture_in_place(start_line: StartLine) -> None:
    line = start_line("--cycle-ms", "1000")
    async with PlcClient(line.plc) as plc:
        arrivals = Arrivals(plc, line.camera)
        subscription = await plc.client.create_subscription(10, arrivals)
        await subscription.subscribe_data_change(plc.node("Part.Sequence"))
        assert (await arrivals.next())[0] == 0
        line.post("feed", parts=3, running=True)
        seen = [await arrivals.next() for _ in range(3)]
        await subscription.delete()
    assert [each[:3] for each in seen] == [(n, "FL-4010", f"FL-4010-00000{n}") for n in (1, 2, 3)]
    pictures = [picture for *_, picture in seen]
    assert len(set(pictures)) == 3
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)


async def test_a_result_in_time_is_echoed_and_the_rejected_part_is_seen_at_the_chute(start_line: StartLine) -> None:
    line = start_line("--deadline-ms", "10000")
    line.post("acts_on_results", value=True)
    line.post("feed", parts=1, running=True)
    async with PlcClient(line.plc) as plc:
        await plc.shows("Part.Sequence", 1)
        assert await plc.read("Result.Accepted") == 0
        started = time.monotonic()
        await plc.write_result(1, 2, reject=True)
        await plc.shows("Result.Accepted", 1)
        await plc.shows("Eject.Sequence", 1)
        assert 0.15 < time.monotonic() - started < 5
    (part,) = line.truth()
    assert (part["decided_by"], part["reject"], part["ejected"]) == ("result", True, True)
    assert (part["result_verdict"], part["result_reject"], part["result_writes"]) == ("bad", True, 1)


async def test_a_late_result_is_refused_after_the_fail_safe_has_rejected(start_line: StartLine) -> None:
    line = start_line("--deadline-ms", "50")
    line.post("acts_on_results", value=True)
    line.post("feed", parts=1, running=True)
    line.until(lambda status: status["counts"]["decided_by_fail_safe"] == 1)
    async with PlcClient(line.plc) as plc:
        await plc.write_result(1, 1, reject=False)
        line.until(lambda status: status["counts"]["refused_results"] == 1)
        assert await plc.read("Result.Accepted") == 0
        await plc.shows("Eject.Sequence", 1)
    (part,) = line.truth()
    assert (part["decided_by"], part["reject"], part["result_verdict"]) == ("fail_safe", True, "good")


async def test_a_repeated_result_is_counted_and_changes_nothing(start_line: StartLine) -> None:
    line = start_line("--deadline-ms", "10000")
    line.post("acts_on_results", value=True)
    line.post("feed", parts=1, running=True)
    async with PlcClient(line.plc) as plc:
        await plc.shows("Part.Sequence", 1)
        await plc.write_result(1, 1, reject=False)
        await plc.shows("Result.Accepted", 1)
        await plc.write_result(1, 2, reject=True)
        await plc.write_result(77, 1, reject=False)
        status = line.until(lambda status: status["counts"]["unknown_results"] == 1)
    assert status["counts"]["repeated_outputs"] == 1
    (part,) = line.truth()
    assert (part["result_writes"], part["result_verdict"], part["reject"]) == (2, "good", False)


async def test_a_verdict_that_is_none_decides_nothing(start_line: StartLine) -> None:
    line = start_line("--deadline-ms", "300")
    line.post("acts_on_results", value=True)
    line.post("feed", parts=1, running=True)
    async with PlcClient(line.plc) as plc:
        await plc.shows("Part.Sequence", 1)
        await plc.write_result(1, 9, reject=False)
    line.until(lambda status: status["counts"]["refused_results"] == status["counts"]["decided_by_fail_safe"] == 1)
    (part,) = line.truth()
    assert (part["result_verdict"], part["reject"], part["result_writes"]) == (None, True, 1)


async def test_with_the_key_off_results_are_echoed_and_every_part_passes(start_line: StartLine) -> None:
    line = start_line("--deadline-ms", "2000", "--cycle-ms", "300")
    async with PlcClient(line.plc) as plc:
        line.post("feed", parts=1, running=True)
        await plc.shows("Part.Sequence", 1)
        await plc.write_result(1, 2, reject=True)
        await plc.shows("Result.Accepted", 1)
        line.post("feed", parts=1, running=True)
        status = line.until(lambda status: status["counts"]["parts"] == 2 and status["pending"] == 0)
    assert status["counts"]["rejected"] == 0
    assert [part["decided_by"] for part in line.truth()] == ["result", "key_off"]


async def test_the_heartbeats_go_both_ways(start_line: StartLine) -> None:
    line = start_line()
    assert line.status()["gateway_alive"] is False
    async with PlcClient(line.plc) as plc:
        before = await plc.read("Heartbeat.Plc")

        async def beaten() -> bool:
            return bool(await plc.read("Heartbeat.Plc") >= before + 2)

        await eventually(beaten)
        await plc.node("Heartbeat.Gateway").write_value(ua.Variant(1, ua.VariantType.UInt32))
        assert line.status()["gateway_alive"] is True
    line.until(lambda status: status["gateway_alive"] is False)


async def test_a_client_cannot_write_what_is_not_its_own(start_line: StartLine) -> None:
    line = start_line()
    async with PlcClient(line.plc) as plc:
        for name, value in (
            ("Part.Sequence", ua.Variant(5, ua.VariantType.UInt32)),
            ("Result.Accepted", ua.Variant(5, ua.VariantType.UInt32)),
            ("Machine.State", ua.Variant(1, ua.VariantType.Int32)),
        ):
            with pytest.raises(BadUserAccessDenied):
                await plc.node(name).write_value(value)
        with pytest.raises(BadTypeMismatch):
            await plc.node("Result.Sequence").write_value(ua.Variant("one", ua.VariantType.String))
        assert await plc.read("Part.Sequence") == 0


async def test_the_machine_shows_its_state_and_the_reason_of_a_stop(start_line: StartLine) -> None:
    line = start_line("--cycle-ms", "200")

    async with PlcClient(line.plc) as plc:

        async def shown() -> tuple[int, str]:
            return await plc.read("Machine.State"), await plc.read("Machine.Reason")

        assert await shown() == (5, "held")
        line.post("feed", parts=None, running=True)
        assert await shown() == (1, "")
        line.until(lambda status: status["sequence"] >= 2)
        line.post("feed", parts=0, running=True)
        assert await shown() == (3, "no_parts")
        arrivals = Arrivals(plc, line.camera)
        subscription = await plc.client.create_subscription(10, arrivals)
        await subscription.subscribe_data_change(plc.node("Part.Sequence"))
        last, *_ = await arrivals.next()
        line.post("part_number", part_number="BR-2207")
        line.post("feed", parts=1, running=True)
        await plc.shows("Machine.Reason", "changeover")
        assert await plc.read("Machine.State") == 5
        assert (await arrivals.next())[:2] == (last + 1, "BR-2207")
        await subscription.delete()
    assert [part["part_number"] for part in line.truth()] == ["FL-4010"] * last + ["BR-2207"]


def test_the_line_keeps_its_pace_and_decides_every_part_when_no_gateway_is_there(start_line: StartLine) -> None:
    line = start_line("--cycle-ms", "100", "--deadline-ms", "150")
    line.post("acts_on_results", value=True)
    started = time.monotonic()
    line.post("feed", parts=12, running=True)
    status = line.until(lambda status: status["state"] == "starved")
    assert time.monotonic() - started < 6
    assert status["counts"]["parts"] == 12
    status = line.until(lambda status: status["pending"] == 0)
    assert status["counts"]["decided_by_fail_safe"] == status["counts"]["ejected"] == 12
