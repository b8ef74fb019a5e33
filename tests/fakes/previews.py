"""Previews as a gateway makes them."""

from datetime import UTC, datetime

from goodpart.vision.preview import render_preview
from goodpart.wire.events import InspectionRecorded
from goodpart.wire.modes import Mode
from goodpart.wire.previews import LONGEST_PX, StationPreview
from goodpart.wire.verdicts import Verdict
from tests.fakes.pictures import good_part

TRIGGERED_AT = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def preview_of(sequence: int, *, verdict: Verdict = Verdict.GOOD, heat: bytes = b"") -> StationPreview:
    inspection = InspectionRecorded(
        inspection=f"part-{sequence}",
        sequence=sequence,
        part_number="A-100",
        serial=f"S{sequence}",
        verdict=verdict,
        mode=Mode.OBSERVE,
        triggered_at=TRIGGERED_AT,
        score=0.5,
        good_below=1.0,
        bad_above=2.0,
    )
    return StationPreview(
        inspection=inspection, frame=render_preview(good_part(sequence), "good part", LONGEST_PX), heat=heat
    )
