"""What is read from a journal besides its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from goodpart.wire.events import Action, ImageRole
from goodpart.wire.verdicts import Verdict

IMAGE_COLUMNS = "number, inspection, verdict, role, sha256, media_type, size_bytes"


@dataclass(frozen=True)
class OpenOutput:
    """An inspection whose output is to be written, and of which the journal does not yet say how that ended."""

    inspection: str
    sequence: int
    action: Action


@dataclass(frozen=True)
class ImageRow:
    """One image of one inspection. The same content (``sha256``) may belong to several inspections."""

    number: int
    """Of the event that names it."""
    inspection: str
    verdict: Verdict
    role: ImageRole
    sha256: str
    media_type: str
    size_bytes: int


def image_row(row: Sequence[object]) -> ImageRow:
    """From a row of `IMAGE_COLUMNS`."""
    number, inspection, verdict, role, sha256, media_type, size_bytes = row
    return ImageRow(
        number=int(str(number)),
        inspection=str(inspection),
        verdict=Verdict(str(verdict)),
        role=ImageRole(str(role)),
        sha256=str(sha256),
        media_type=str(media_type),
        size_bytes=int(str(size_bytes)),
    )
