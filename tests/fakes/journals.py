"""Journals and their contents for tests."""

import hashlib
from pathlib import Path

from goodpart.base.clock import Clock
from goodpart.gateway.journal.journal import Journal
from goodpart.gateway.journal.reserve import Reserve
from goodpart.wire.events import (
    Action,
    ImageRef,
    ImageRole,
    ImagesKept,
    InspectionRecorded,
    OutputOutcome,
    OutputPlan,
    OutputRecorded,
)
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict
from tests.fakes.clocks import SteppingClock

STATION = "0192f0c1-0000-7000-8000-000000000001"


def open_journal(
    folder: Path, clock: Clock | None = None, *, synchronised: bool = True, reserve_bytes: int = 65536
) -> Journal:
    return Journal.open(
        folder / "journal.db",
        station=STATION,
        clock=clock or SteppingClock(),
        boot="boot-1",
        synchronised=lambda: synchronised,
        reserve=Reserve(folder / "journal.reserve", reserve_bytes),
    )


def inspection(
    sequence: int, verdict: Verdict = Verdict.GOOD, *, suppressed: bool = False, clock: Clock | None = None
) -> InspectionRecorded:
    action = Action.PASS if verdict is Verdict.GOOD else Action.REJECT
    return InspectionRecorded(
        inspection=f"inspection-{sequence}",
        sequence=sequence,
        part_number="A-100",
        verdict=verdict,
        mode=Mode.OBSERVE if suppressed else Mode.PRODUCTION,
        triggered_at=(clock or SteppingClock()).now(),
        output=OutputPlan(action=action, suppressed=suppressed),
    )


def output(sequence: int, outcome: OutputOutcome = OutputOutcome.CONFIRMED) -> OutputRecorded:
    return OutputRecorded(inspection=f"inspection-{sequence}", sequence=sequence, action=Action.PASS, outcome=outcome)


def images(sequence: int, *, size_bytes: int = 1000) -> ImagesKept:
    content = hashlib.sha256(f"frame {sequence}".encode()).hexdigest()
    frame = ImageRef(role=ImageRole.FRAME, sha256=content, media_type="image/jpeg", size_bytes=size_bytes)
    return ImagesKept(inspection=f"inspection-{sequence}", images=(frame,))
