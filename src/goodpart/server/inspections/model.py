"""An inspection as the server knows it, and what can be checked and said of it without a database."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from goodpart.kpi.window import EPOCH
from goodpart.server.inspections.errors import UnusableInspectionError
from goodpart.server.kit.objects import is_sha256
from goodpart.wire.events import (
    Action,
    DefectRegion,
    ImageRef,
    ImageRole,
    InspectionRecorded,
    OpticsMark,
    OutputOutcome,
    StageLatency,
)
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict

_LARGEST_INTEGER = 2**63 - 1
_END_OF_TIME = datetime(9000, 1, 1, tzinfo=UTC)
"""Far from the end of time, so that windows around a moment can still be reckoned."""


class RecordOutcome(StrEnum):
    """What became of an inspection that a journal brought. None of them loses it."""

    RECORDED = "recorded"
    ALREADY_KNOWN = "already_known"
    """The same inspection of the same station came again: nothing changed."""
    REPEATS_SEQUENCE = "repeats_sequence"
    """Recorded, and flagged: another inspection of this station has the same part sequence. Either the PLC's counter
    was set back, or a cloned or restored journal counted a part again; a person has to look."""
    ID_TAKEN = "id_taken"
    """Its id belongs to an inspection of another station. Only the journal's raw line keeps it; raise an alarm."""


@dataclass(frozen=True)
class KeptImage:
    """An image that the gateway kept; ``available`` once it has arrived in the object store."""

    role: ImageRole
    sha256: str
    media_type: str
    size_bytes: int
    available: bool


@dataclass(frozen=True)
class Output:
    """What the line was told to do with a part, and how that ended."""

    action: Action
    suppressed: bool
    outcome: OutputOutcome | None
    trigger_to_output_ms: float | None
    reconciled: bool
    ejected: bool

    @property
    def rejects(self) -> bool:
        """The line was to eject the part."""
        return self.action is Action.REJECT and not self.suppressed


@dataclass(frozen=True)
class Inspection:
    """What the gateway said of one part, its output's outcome, and the verdict of its latest review."""

    id: str
    gateway: str
    station: str
    sequence: int
    repeats: str | None
    part_number: str
    serial: str
    verdict: Verdict
    reviewed_verdict: Verdict | None
    cause: NoReadCause | None
    detail: str
    mode: Mode
    triggered_at: datetime
    received_at: datetime
    score: float | None
    good_below: float | None
    bad_above: float | None
    latency: tuple[StageLatency, ...]
    defects: tuple[DefectRegion, ...]
    optics: tuple[OpticsMark, ...]
    """How the picture differed from the training pictures; it changed no verdict."""
    recipe: str
    recipe_revision: int
    package: str
    output: Output | None
    images: tuple[KeptImage, ...]

    @property
    def final_verdict(self) -> Verdict:
        return self.reviewed_verdict or self.verdict

    @property
    def latency_ms(self) -> float | None:
        """From the trigger to the end of the last stage; None where no stage was timed."""
        return total_ms(stage.ms for stage in self.latency)


class TableRow(NamedTuple):
    """What an exported table says of one part, as it stands in the database: a hundred thousand of them are read."""

    triggered_at: datetime
    id: str
    station: str
    sequence: int
    part_number: str
    serial: str
    verdict: str
    reviewed_verdict: str | None
    mode: str
    score: float | None
    good_below: float | None
    bad_above: float | None
    defects: list[dict[str, Any]]
    cause: str | None
    action: str | None
    """None where the station had no output for the part; the three below then mean nothing."""
    suppressed: bool
    outcome: str | None
    ejected: bool
    latency: list[dict[str, Any]]
    recipe_revision: int
    package: str


class Look(NamedTuple):
    """One scored look at a part."""

    part: str
    """The same for all looks at one part: those with its serial, else those with its part sequence."""
    score: float
    reviewed: Verdict | None
    """What a person said of this look."""


class Looks(NamedTuple):
    """The newest looks at some parts, and of all earlier ones those that a person reviewed."""

    newest: list[Look]
    earlier: list[Look]


@dataclass(frozen=True)
class InspectionFilter:
    """Which inspections are meant; None does not narrow. ``start`` is in, ``end`` is out."""

    station: str | None = None
    verdict: Verdict | None = None
    """After review."""
    mode: Mode | None = None
    part_number: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    sequence: int | None = None
    serial: str | None = None
    """The whole serial."""
    find: str | None = None
    """What somebody typed or scanned: the beginning of a serial in any case, or a whole part sequence."""
    stations: tuple[str, ...] | None = None
    """At any of these; none of them means no inspection."""
    lowest_score: float | None = None
    highest_score: float | None = None
    """Both are in. A part without a score is outside every range."""
    defect: str | None = None
    """The kind of one of its regions."""
    recipe: str | None = None
    package: str | None = None

    @property
    def found_sequence(self) -> int | None:
        """``find`` as a part sequence; None where it cannot be one."""
        text = self.find or ""
        number = int(text) if text.isascii() and text.isdigit() else None
        return number if number is not None and number <= _LARGEST_INTEGER else None


@dataclass(frozen=True)
class InspectionCounts:
    """How many parts, by verdict after review, and how many the line was told to reject."""

    parts: int
    good: int
    bad: int
    unsure: int
    no_read: int
    rejected: int
    first_sequence: int | None
    last_sequence: int | None


@dataclass(frozen=True)
class NotGood:
    """Why a part is not good, as far as anyone can say: the kind of its worst region, or why nobody saw it."""

    verdict: Verdict
    """After review."""
    kind: str = ""
    """Of the region, or strongest place, with the highest score of a bad part; empty where the model names no kinds."""
    cause: NoReadCause | None = None
    """Of a part that was not read."""


def total_ms(stages: Iterable[float]) -> float | None:
    """Of the stages of one part; None for none."""
    times = list(stages)
    return math.fsum(times) if times else None


def check_usable(body: InspectionRecorded) -> None:
    """Raises `UnusableInspectionError` where a value cannot be stored: a database would refuse the whole batch."""
    figures = [body.score, body.good_below, body.bad_above]
    figures += [stage.ms for stage in body.latency] + [defect.score for defect in body.defects]
    corners = [edge for d in body.defects for edge in (d.x, d.y, d.width, d.height)]
    if not body.inspection:
        problem = "has no id"
    elif body.triggered_at.tzinfo is None:
        problem = "names the time of its trigger without a time zone"
    elif not EPOCH <= body.triggered_at < _END_OF_TIME:
        problem = f"was triggered at {body.triggered_at.isoformat()}, which no clock shows"
    elif any(abs(number) > _LARGEST_INTEGER for number in (body.sequence, body.recipe_revision, *corners)):
        problem = "holds a number of more than 63 bits"
    elif any(figure is not None and not math.isfinite(figure) for figure in figures):
        problem = "holds a figure that is not a finite number"
    else:
        return
    raise UnusableInspectionError(
        f"The inspection {body.inspection!r} of part {body.sequence} {problem}.",
        "Update the gateway; the event is kept as it came.",
    )


def check_images_usable(inspection: str, images: tuple[ImageRef, ...]) -> None:
    """Raises `UnusableInspectionError` where an image is not named by a SHA-256 and a size."""
    for image in images:
        if not is_sha256(image.sha256) or not 0 <= image.size_bytes <= _LARGEST_INTEGER:
            raise UnusableInspectionError(
                f"An image of the inspection {inspection!r} is named {image.sha256!r}, which is not a SHA-256.",
                "Update the gateway; the event is kept as it came.",
            )


def storable(text: str) -> str:
    """PostgreSQL stores no NUL in text; a gateway's part number may hold anything that a PLC sends."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
