"""A station killed at any step of a part's way: the PLC's count and the journal agree, and no output is repeated."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from goodpart.base.killpoints import KillPoint
from goodpart.wire.events import OutputOutcome, chain_hash, encode_event
from goodpart.wire.verdicts import NoReadCause, Verdict
from tests.fakes.lines import BAD, Line
from tests.fakes.waiting import eventually

STATION_POINTS = [point for point in KillPoint if point.value.startswith("station.")]


@pytest.mark.parametrize("point", STATION_POINTS)
async def test_a_killed_station_accounts_for_every_part_and_repeats_no_output(
    point: KillPoint, line: Line, tmp_path: Path
) -> None:
    struck = tmp_path / "struck"
    line.station.start(kill_at=point, struck=struck)
    await line.inspecting()
    fatal = await line.show(BAD)
    await eventually(lambda: line.station.has_died, what=line.station.log())
    assert struck.exists()
    while_down = [await line.show(), await line.show()]
    line.station.start(kill_at=point, struck=struck)
    await line.inspecting()
    after = await line.show()
    await line.recorded(4)

    inspections = {one.sequence: one for one in line.journal.inspections()}
    assert list(inspections) == [fatal, *while_down, after]
    for sequence in while_down:
        assert (inspections[sequence].verdict, inspections[sequence].cause) == (
            Verdict.NO_READ,
            NoReadCause.GATEWAY_DOWN,
        )
    assert inspections[after].verdict is Verdict.GOOD

    # No number was ever written twice, and none of a part that passed unseen.
    assert max(Counter(write.sequence for write in line.plc.records.writes).values()) == 1
    assert not {write.sequence for write in line.plc.records.writes} & set(while_down)

    outcomes = {one.sequence: one for one in line.journal.outputs()}
    accepted = fatal in line.plc.records.accepted
    if point in {KillPoint.STATION_AFTER_GRAB, KillPoint.STATION_BEFORE_JOURNAL_COMMIT}:
        assert inspections[fatal].cause is NoReadCause.GATEWAY_DOWN
        assert fatal not in outcomes
        assert not accepted
    else:
        assert inspections[fatal].verdict is Verdict.BAD
        assert outcomes[fatal].reconciled
        expected = OutputOutcome.CONFIRMED if accepted else OutputOutcome.NOT_WRITTEN
        assert outcomes[fatal].outcome is expected
        assert accepted == (point is not KillPoint.STATION_AFTER_JOURNAL_COMMIT)
    assert outcomes[after].outcome is OutputOutcome.CONFIRMED

    events = line.journal.events()
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    for before, event in pairwise(events):
        assert event.previous == chain_hash(encode_event(before))
