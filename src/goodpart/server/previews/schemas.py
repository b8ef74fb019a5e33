"""The live picture of a station as the browser sees it."""

from base64 import b64encode
from datetime import datetime

from pydantic import BaseModel

from goodpart.server.previews.model import Posted
from goodpart.wire.modes import Mode
from goodpart.wire.verdicts import NoReadCause, Verdict


class LivePartOut(BaseModel):
    """The newest part whose picture has come, with the verdict of that part."""

    inspection: str
    sequence: int
    part_number: str
    serial: str
    verdict: Verdict
    """Of the station; a review may have said otherwise since."""
    cause: NoReadCause | None
    detail: str
    mode: Mode
    score: float | None
    good_below: float | None
    bad_above: float | None
    triggered_at: datetime
    received_at: datetime
    """When the preview came to the server."""
    frame: str
    """JPEG as a data URL."""
    heat: str | None
    """PNG as a data URL, to be stretched over the frame."""

    @classmethod
    def of(cls, posted: Posted) -> "LivePartOut":
        preview = posted.preview
        part = preview.inspection
        return cls(
            inspection=part.inspection,
            sequence=part.sequence,
            part_number=part.part_number,
            serial=part.serial,
            verdict=part.verdict,
            cause=part.cause,
            detail=part.detail,
            mode=part.mode,
            score=part.score,
            good_below=part.good_below,
            bad_above=part.bad_above,
            triggered_at=part.triggered_at,
            received_at=posted.received_at,
            frame=_data_url("image/jpeg", preview.frame),
            heat=_data_url("image/png", preview.heat) if preview.heat else None,
        )


class LivePictureOut(BaseModel):
    """``part`` is null until a preview has come."""

    station: str
    supported: bool
    """False where no gateway serves the station, or its software is too old to send previews."""
    lease_s: float
    """Ask again within this time, or the gateway stops sending."""
    part: LivePartOut | None


def _data_url(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode()}"
