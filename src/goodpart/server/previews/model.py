"""Leases and previews: data and pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from goodpart.server.inspections.errors import UnusableInspectionError
from goodpart.server.inspections.model import check_usable
from goodpart.server.previews.errors import PreviewUnusableError
from goodpart.vision.image_header import HeaderError, read_header
from goodpart.wire.previews import LONGEST_PX, StationPreview

LEASE = timedelta(seconds=15)
"""How long a station stays watched after somebody has asked for its picture."""
_EXTENDED_WITH_LESS_LEFT = timedelta(seconds=10)
"""However many people look, and however often they ask, a lease is extended once in the time between."""


@dataclass(frozen=True)
class Posted:
    """The newest preview of a station."""

    preview: StationPreview
    received_at: datetime


def extended(until: datetime | None, now: datetime) -> datetime | None:
    """The new end of a lease that runs ``until`` now, or never ran; None where it is still long enough."""
    if until is not None and until - now > _EXTENDED_WITH_LESS_LEFT:
        return None
    return now + LEASE


def check_preview(preview: StationPreview) -> None:
    """Raises `PreviewUnusableError` for pictures of another kind or size than agreed, and for impossible values."""
    _check_picture(preview.frame, "JPEG", "frame")
    if preview.heat:
        _check_picture(preview.heat, "PNG", "heat map")
    try:
        check_usable(preview.inspection)
    except UnusableInspectionError as error:
        raise PreviewUnusableError(error.cause, "Update the gateway.") from error


def _check_picture(content: bytes, kind: str, what: str) -> None:
    try:
        header = read_header(content)
    except HeaderError as error:
        raise PreviewUnusableError(f"The {what} of a preview is no picture: {error}.", "Update the gateway.") from error
    if header.format != kind or max(header.width, header.height) > LONGEST_PX:
        raise PreviewUnusableError(
            f"The {what} of a preview is a {header.format} of {header.width}×{header.height} pixels.",
            f"Send a {kind} whose longer side has at most {LONGEST_PX} pixels.",
        )
