"""Whatever happens, in whatever order: every part is accounted for once, in order, and no output is repeated."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodpart.wire.events import InspectionRecorded, OutputOutcome
from goodpart.wire.verdicts import Verdict
from tests.fakes.eyes import picture
from tests.fakes.gateways import recipe, station
from tests.fakes.lines import BAD, GOOD
from tests.fakes.running_station import RunningStation
from tests.fakes.waiting import eventually

HAPPENINGS = (
    "part",
    "part",
    "part",
    "bad part",
    "unheard part",
    "wait",
    "wait",
    "lose link",
    "find link",
    "crash",
    "start",
    "ignore results",
    "take results",
    "lose answers",
    "give answers",
    "camera fails",
    "camera works",
)


class Story:
    """Makes things happen to one station."""

    def __init__(self, root: Path) -> None:
        spec = station("opc.tcp://127.0.0.1:1", "http://127.0.0.1:1/", recipe(deadline_ms=80))
        self.running = RunningStation(root, spec)
        self.is_up = False

    async def happen(self, what: str) -> None:
        machine, camera = self.running.machine, self.running.camera
        match what:
            case "part" | "bad part" | "unheard part":
                camera.content = picture(BAD if what == "bad part" else GOOD)
                machine.next_part(unheard=what == "unheard part")
            case "wait":
                await asyncio.sleep(0.03)
            case "lose link" if machine.linked:
                machine.lose_link()
            case "find link" if not machine.linked and self.is_up:
                machine.find_link()
            case "crash" if self.is_up:
                await self.running.crash()
                self.is_up = False
            case "start" if not self.is_up:
                self.running.come_back()
                await self.running.start()
                self.is_up = True
            case "ignore results" | "take results":
                machine.accepts = what == "take results"
            case "lose answers" | "give answers":
                machine.answers_writes = what == "give answers"
            case "camera fails" | "camera works":
                camera.problem = "unplugged" if what == "camera fails" else ""

    async def end(self) -> None:
        """All is well again, and one more part comes."""
        for what in ("start", "find link", "take results", "give answers", "camera works"):
            await self.happen(what)
        last = self.running.machine.next_part()
        await eventually(lambda: self._has_recorded(last))
        await self.running.recorded(1)
        assert await self.running.stop() == "it was told to stop"

    def _has_recorded(self, sequence: int) -> bool:
        return any(one.sequence == sequence for one in self.running.journal_content.inspections())


async def tell(root: Path, happenings: Sequence[str]) -> RunningStation:
    story = Story(root)
    try:
        await story.happen("start")
        await eventually(lambda: story.running.machine.beats)
        for what in happenings:
            await story.happen(what)
        await story.end()
    finally:
        await story.running.close()
    return story.running


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(happenings=st.lists(st.sampled_from(HAPPENINGS), max_size=25))
def test_every_part_is_accounted_for_once_and_no_output_is_repeated(happenings: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        running = asyncio.run(tell(Path(folder), happenings))
        machine, journal = running.machine, running.journal_content
        events, inspections, outputs = journal.events(), journal.inspections(), journal.outputs()

    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert [one.sequence for one in inspections] == list(range(101, machine.sequence + 1))

    written = Counter(sequence for sequence, _, _ in machine.writes)
    assert not written or max(written.values()) == 1
    by_sequence = {one.sequence: one for one in inspections}
    for sequence, verdict, action in machine.writes:
        recorded = by_sequence[sequence]
        assert recorded.output is not None
        assert (recorded.verdict, recorded.output.action) == (verdict, action)

    driven = {one.sequence for one in inspections if one.output is not None}
    assert Counter(one.sequence for one in outputs) == Counter(driven)
    for one in outputs:
        assert (one.outcome is OutputOutcome.CONFIRMED) == (one.sequence in machine.taken_over)
    for place, event in enumerate(events):
        body = event.body
        if isinstance(body, InspectionRecorded) and body.verdict is not Verdict.NO_READ:
            assert body.score is not None, place
