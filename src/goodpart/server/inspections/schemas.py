"""Inspections as the browser sees them."""

from datetime import datetime

from pydantic import BaseModel

from goodpart.server.inspections.model import Inspection, KeptImage, Output
from goodpart.wire.events import Action, ImageRole, OutputOutcome
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict


class OutputOut(BaseModel):
    action: Action
    suppressed: bool
    outcome: OutputOutcome | None
    trigger_to_output_ms: float | None
    reconciled: bool
    """Found out by the part's number after a restart."""
    ejected: bool

    @classmethod
    def of(cls, output: Output) -> "OutputOut":
        return cls(
            action=output.action,
            suppressed=output.suppressed,
            outcome=output.outcome,
            trigger_to_output_ms=output.trigger_to_output_ms,
            reconciled=output.reconciled,
            ejected=output.ejected,
        )


class ImageOut(BaseModel):
    role: ImageRole
    sha256: str
    url: str
    available: bool
    """False until the gateway has uploaded it."""

    @classmethod
    def of(cls, image: KeptImage) -> "ImageOut":
        return cls(role=image.role, sha256=image.sha256, url=f"/api/images/{image.sha256}", available=image.available)


class OpticsOut(BaseModel):
    """One way in which the picture was not taken as the training pictures were."""

    code: str
    sentence: str


class InspectionOut(BaseModel):
    """One row of a list, and what the live stream sends when an inspection is recorded or changes."""

    id: str
    station: str
    station_name: str
    gateway: str
    sequence: int
    repeats: str | None
    """Another inspection of this station with the same part sequence came before this one."""
    part_number: str
    serial: str
    verdict: Verdict
    final_verdict: Verdict
    """After review."""
    cause: NoReadCause | None
    detail: str
    mode: Mode
    triggered_at: datetime
    received_at: datetime
    score: float | None
    good_below: float | None
    bad_above: float | None
    latency_ms: float | None
    optics: list[OpticsOut]
    output: OutputOut | None
    images: list[ImageOut]
    reviewed: bool

    @classmethod
    def of(cls, one: Inspection, station_name: str) -> "InspectionOut":
        return cls(
            id=one.id,
            station=one.station,
            station_name=station_name,
            gateway=one.gateway,
            sequence=one.sequence,
            repeats=one.repeats,
            part_number=one.part_number,
            serial=one.serial,
            verdict=one.verdict,
            final_verdict=one.final_verdict,
            cause=one.cause,
            detail=one.detail,
            mode=one.mode,
            triggered_at=one.triggered_at,
            received_at=one.received_at,
            score=one.score,
            good_below=one.good_below,
            bad_above=one.bad_above,
            latency_ms=one.latency_ms,
            optics=[OpticsOut(code=mark.code, sentence=mark.sentence) for mark in one.optics],
            output=OutputOut.of(one.output) if one.output else None,
            images=[ImageOut.of(image) for image in one.images],
            reviewed=one.reviewed_verdict is not None,
        )


class InspectionCountsOut(BaseModel):
    parts: int
    good: int
    bad: int
    unsure: int
    no_read: int
    rejected: int
    first_sequence: int | None
    last_sequence: int | None
