"""A small picture of a part for somebody who looks at the station: the body of ``PUT /gateway/v1/previews/{station}``.

It is no record. Previews may be skipped, lost or late without harm; the inspection goes up in its journal.
"""

import msgspec

from goodpart.wire.events import InspectionRecorded

LONGEST_PX = 640
"""Of the longer side of ``frame``."""
AT_MOST_EVERY_S = 0.5
MAX_PREVIEW_BYTES = 512 * 1024
"""Of the whole document."""


class StationPreview(msgspec.Struct, frozen=True, kw_only=True):
    """The newest part of a station, small. Bytes are base64 in the JSON."""

    v: int = 1
    inspection: InspectionRecorded
    """As the journal has it: the picture and its verdict can never be those of two parts."""
    frame: bytes
    """JPEG."""
    heat: bytes = b""
    """A PNG with alpha, to be stretched over the frame. Empty for good parts, and where nothing looked."""
