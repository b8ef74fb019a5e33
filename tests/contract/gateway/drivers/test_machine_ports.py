"""What a station relies on in a trigger, signals and an output, whichever driver is behind them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from goodpart.gateway.drivers.errors import LinkDownError
from goodpart.gateway.signals.port import MachineSignal
from goodpart.gateway.triggers.port import LinkLost, LinkOpened, PartArrived, PartUnderCamera
from goodpart.wire.events import Action
from goodpart.wire.machine import MachineState
from goodpart.wire.verdicts import Verdict
from tests.fakes.benches import Bench, MemoryBench, PlcBench
from tests.fakes.waiting import eventually


@pytest.fixture(params=[MemoryBench, PlcBench], ids=["memory", "opcua"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    async with request.param() as opened:
        yield opened


async def test_the_first_number_is_where_the_count_stands_and_each_change_a_part(bench: Bench) -> None:
    events = bench.trigger.events()
    assert await anext(events) == LinkOpened(7)
    for sequence in (8, 9, 10):
        assert await bench.next_part(f"S{sequence}") == sequence
        event = await anext(events)
        assert isinstance(event, PartArrived)
        assert event.sequence == sequence
        assert await bench.trigger.part() == PartUnderCamera(sequence, "A-100", f"S{sequence}")


async def test_parts_in_quick_succession_are_all_told_in_order(bench: Bench) -> None:
    events = bench.trigger.events()
    await anext(events)
    for _ in range(50):
        await bench.next_part("")
    told = [await anext(events) for _ in range(50)]
    assert [event.sequence for event in told if isinstance(event, PartArrived)] == list(range(8, 58))


async def test_a_lost_machine_is_found_again_and_what_it_counted_meanwhile_is_no_arrival(bench: Bench) -> None:
    events = bench.trigger.events()
    await anext(events)
    await bench.lose()
    lost = await anext(events)
    assert isinstance(lost, LinkLost)
    assert lost.reason
    with pytest.raises(LinkDownError):
        await bench.trigger.part()
    with pytest.raises(LinkDownError):
        await bench.output.write(8, Verdict.GOOD, Action.PASS)
    with pytest.raises(LinkDownError):
        await bench.output.last_accepted()
    with pytest.raises(LinkDownError):
        await bench.signals.beat(1)
    await bench.next_part("")
    await bench.next_part("")
    await bench.find()
    assert await anext(events) == LinkOpened(9)
    await bench.next_part("")
    event = await anext(events)
    assert isinstance(event, PartArrived)
    assert event.sequence == 10
    assert bench.results() == []


@pytest.mark.parametrize(
    ("verdict", "number", "action"),
    [
        (Verdict.GOOD, 1, Action.PASS),
        (Verdict.BAD, 2, Action.REJECT),
        (Verdict.UNSURE, 3, Action.PASS),
        (Verdict.NO_READ, 4, Action.REJECT),
    ],
)
async def test_a_result_reaches_the_machine_and_is_read_back(
    bench: Bench, verdict: Verdict, number: int, action: Action
) -> None:
    events = bench.trigger.events()
    await anext(events)
    sequence = await bench.next_part("")
    await anext(events)
    await bench.output.write(sequence, verdict, action)
    async with asyncio.timeout(15):
        await bench.output.accepted(sequence)
    assert await bench.output.last_accepted() == sequence
    assert bench.results() == [(sequence, number, action is Action.REJECT)]


async def test_a_result_that_the_machine_does_not_take_over_stays_unaccepted(bench: Bench) -> None:
    events = bench.trigger.events()
    await anext(events)
    bench.accept(False)
    await bench.output.write(await bench.next_part(""), Verdict.GOOD, Action.PASS)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await bench.output.accepted(8)
    assert await bench.output.last_accepted() != 8


async def test_waiting_for_a_read_back_ends_when_the_link_is_lost(bench: Bench) -> None:
    events = bench.trigger.events()
    await anext(events)
    bench.accept(False)
    await bench.output.write(await bench.next_part(""), Verdict.GOOD, Action.PASS)
    waiting = asyncio.create_task(bench.output.accepted(8))
    await asyncio.sleep(0)
    await bench.lose()
    with pytest.raises(LinkDownError):
        await waiting


async def test_state_and_reason_are_told_together_and_unknown_without_a_link(bench: Bench) -> None:
    changes = bench.signals.changes()
    first = await anext(changes)
    if first.state is MachineState.UNKNOWN:
        first = await anext(changes)
    assert first == MachineSignal(MachineState.RUNNING, "", "A-100")
    await bench.say(MachineState.FAULT, "feeder jam")
    assert await anext(changes) == MachineSignal(MachineState.FAULT, "feeder jam", "A-100")
    await bench.lose()
    assert (await anext(changes)).state is MachineState.UNKNOWN
    assert bench.signals.plc_silent_s() is None
    await bench.find()
    assert await anext(changes) == MachineSignal(MachineState.FAULT, "feeder jam", "A-100")


async def test_heartbeats_go_both_ways(bench: Bench) -> None:
    events = bench.trigger.events()
    await anext(events)
    await bench.signals.beat(41)
    assert bench.beats() == 41
    await eventually(lambda: bench.signals.plc_silent_s() is not None)
    silent_s = bench.signals.plc_silent_s()
    assert silent_s is not None
    assert silent_s < 2


async def test_ejects_are_told_after_where_they_stood(bench: Bench) -> None:
    ejects = bench.output.ejects()
    assert await anext(ejects) == 0
    await bench.eject(8)
    assert await anext(ejects) == 8
