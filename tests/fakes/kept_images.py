"""Images as a station keeps them: files by their hash, named by the journal."""

import hashlib

from goodpart.gateway.folders import StationFolder
from goodpart.gateway.journal.journal import Journal
from goodpart.wire.events import ImageRef, ImageRole, ImagesKept
from goodpart.wire.verdicts import Verdict
from tests.fakes.journals import inspection


def keep_image(folder: StationFolder, content: bytes) -> ImageRef:
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder.image(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ImageRef(role=ImageRole.FRAME, sha256=sha256, media_type="image/jpeg", size_bytes=len(content))


def record_part(
    folder: StationFolder, journal: Journal, sequence: int, verdict: Verdict, content: bytes | None = None
) -> str:
    """An inspection and its image; returns the image's hash."""
    image = keep_image(folder, content if content is not None else f"frame of part {sequence}".encode() * 50)
    journal.append(inspection(sequence, verdict))
    journal.append(ImagesKept(inspection=f"inspection-{sequence}", images=(image,)))
    return image.sha256
