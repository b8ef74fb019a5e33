"""What no database could store is refused before a batch is touched."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from goodpart.server.inspections.errors import UnusableInspectionError
from goodpart.server.inspections.model import check_images_usable, check_usable, storable
from goodpart.wire.events import DefectRegion, ImageRef, ImageRole, InspectionRecorded, StageLatency
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import Verdict

PART = InspectionRecorded(
    inspection="0199",
    sequence=7,
    part_number="A",
    verdict=Verdict.GOOD,
    mode=Mode.PRODUCTION,
    triggered_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
)
INFINITE = DefectRegion(x=0, y=0, width=1, height=1, score=float("inf"))
HUGE = DefectRegion(x=2**64, y=0, width=1, height=1, score=1.0)


def test_a_plain_inspection_is_usable() -> None:
    check_usable(PART)


@pytest.mark.parametrize(
    "changes",
    [
        {"inspection": ""},
        {"sequence": 2**63},
        {"sequence": -(2**63)},
        {"recipe_revision": 2**70},
        {"score": float("inf")},
        {"good_below": float("nan")},
        {"triggered_at": datetime(2026, 3, 2, 8)},  # noqa: DTZ001 - the very thing that is refused
        {"triggered_at": datetime(9999, 12, 31, tzinfo=UTC)},
        {"triggered_at": datetime(1969, 12, 31, tzinfo=UTC)},
        {"defects": (INFINITE,)},
        {"defects": (HUGE,)},
        {"latency": (StageLatency(stage="grab", ms=float("nan")),)},
    ],
)
def test_a_value_that_no_database_takes_is_named(changes: dict[str, Any]) -> None:
    with pytest.raises(UnusableInspectionError, match="part"):
        check_usable(msgspec.structs.replace(PART, **changes))


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_an_image_is_named_by_its_content_or_not_at_all(sha256: str) -> None:
    image = ImageRef(role=ImageRole.FRAME, sha256=sha256, media_type="image/png", size_bytes=1)

    with pytest.raises(UnusableInspectionError, match="SHA-256"):
        check_images_usable("0199", (image,))


def test_a_part_number_with_a_nul_is_stored_without_it() -> None:
    assert storable("A\0B") == "A\N{REPLACEMENT CHARACTER}B"
