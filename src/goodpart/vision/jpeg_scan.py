"""Whether a JPEG holds all of its picture, told by the decoder at no cost.

Where coded data is missing, libjpeg paints the rest grey, prints a line on stderr and reports success: a camera that
loses a packet and still ends its file with the end marker would give a grey part, and a false verdict. The only thing
that stops libjpeg is data that has not come yet: it is made for streams. So it is given the coded data without the end
marker, and a few bytes behind it because it reads ahead; where it wants more, data is missing, and OpenCV refuses.

Altered data can also seem to hold more than the picture: what is left over then shows where the last bytes are not
missed. That takes a second decoding, and some cameras leave bytes behind their pictures, so it is asked where there is
time, and is no reason to refuse.

What neither tells: data that decodes to as many other pixels (no JPEG has a checksum), a loss between two restart
markers, and the scans of a progressive file, of which each stands alone.
"""

from dataclasses import dataclass

import numpy as np

_READ_AHEAD = 16
"""libjpeg-turbo holds up to 64 bits; twice as much lets pass what no picture shows."""
_MISSED = 16
"""Bytes whose lack keeps any picture from being whole."""
_RESTARTS = (0xD0, 0xD7)


@dataclass(frozen=True)
class JpegScan:
    """The only scan of a sequential JPEG: where its coded data begins, its number of coded units (MCU, T.81 A.2), and
    how many of them stand between two restart markers, 0 without any."""

    start: int
    units: int
    interval: int


def without_end(data: bytes, scan: JpegScan) -> bytes | None:
    """The file for the decoder, open at its end; None where restart markers are missing: so are parts of the picture.

    Data behind the end of the picture, such as a second picture that cameras append, goes too.
    """
    coded = np.frombuffer(data, np.uint8, offset=scan.start)
    # T.81 B.1.1.5: in coded data 0xFF is followed by 0, or it begins a marker; any number of 0xFF may stand before one.
    at = np.flatnonzero(coded[:-1] == 0xFF)
    following = coded[at + 1]
    marks = (following != 0) & (following != 0xFF)
    at, markers = at[marks], following[marks]
    restarts = int(np.argmax((markers < _RESTARTS[0]) | (markers > _RESTARTS[1])))
    numbers = markers[:restarts] - _RESTARTS[0]
    needed = -(-scan.units // scan.interval) - 1 if scan.interval else 0
    if restarts < needed or (numbers != np.arange(restarts) % 8).any():
        return None
    return data[: scan.start + int(at[needed])] + bytes(_READ_AHEAD)


def without_last_bytes(data: bytes, scan: JpegScan) -> bytes | None:
    """The file, open at its end, without the last bytes that its picture needs; zeros and ones that fill it up go too.

    Decodes only where coded data is left over. None as for `without_end`.
    """
    whole = without_end(data, scan)
    return None if whole is None else whole[:-_READ_AHEAD].rstrip(b"\0\xff")[:-_MISSED]
