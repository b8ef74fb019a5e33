"""What an image file says of itself, read before anything is decoded.

The decoder is lenient: it fills the missing half of a cut JPEG with grey, and would allocate whatever size a header
claims. A grey half is a false verdict, so format, size and whether the file goes on to its end are judged here first,
from the bytes. Whether a JPEG's coded data is all there is told while it is decoded, see `jpeg_scan`.
"""

import struct
from dataclasses import dataclass

from goodpart.vision.jpeg_scan import JpegScan

_JPEG_SIZE_MARKERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_TIFF_TAGS = {256, 257, 258, 273, 279, 324, 325, 339}
"""Width, height, bits of each channel, where strips start and how long they are, the same of tiles, kind of numbers."""
_JPEG_SEQUENTIAL = {0xC0, 0xC1}
_JPEG_BARE_MARKERS = {0x01, *range(0xD0, 0xD9)}


class HeaderError(Exception):
    """Why the bytes are not a whole image of a known format; `frame` turns it into a `FrameError`."""


@dataclass(frozen=True)
class Header:
    """The format and the stored size in pixels, before any EXIF rotation.

    ``scan`` is that of a JPEG whose whole picture is in one.
    """

    format: str
    width: int
    height: int
    scan: JpegScan | None = None


def read_header(data: bytes) -> Header:
    """The header of a whole JPEG, PNG, BMP, TIFF or WebP file; raises `HeaderError` otherwise."""
    if not data:
        raise HeaderError("the file is empty")
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data.startswith(b"BM"):
            return _bmp(data)
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _tiff(data)
        if data[:4] in (b"II+\0", b"MM\0+"):
            raise HeaderError("it is a BigTIFF; TIFF is read, BigTIFF is not")
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError) as error:
        raise HeaderError("the file is truncated inside its header") from error
    raise HeaderError("it is not a JPEG, PNG, BMP, TIFF or WebP image")


def _jpeg(data: bytes) -> Header:
    # ITU-T T.81 annex B: markers with a length, then entropy-coded data in which 0xFF is always stuffed.
    at, frame, interval = 2, 0, 0
    while True:
        if data[at] != 0xFF:
            raise HeaderError("its JPEG markers are damaged")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _JPEG_BARE_MARKERS:
            at += 2
            continue
        if marker == 0xD9:
            raise HeaderError("the JPEG ends before its picture")
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _JPEG_SIZE_MARKERS:
            frame = at
        elif marker == 0xDD:
            (interval,) = struct.unpack_from(">H", data, at + 4)
        elif marker == 0xDA:
            break
        at += 2 + length
    start = at + 2 + length
    if data.rfind(b"\xff\xd9", start) < 0:
        raise HeaderError("the file is truncated: the end of the JPEG is missing")
    if not frame:
        raise HeaderError("the JPEG does not state its size")
    height, width, components = struct.unpack_from(">HHB", data, frame + 5)
    if data[frame + 1] not in _JPEG_SEQUENTIAL or data[at + 4] != components:
        return Header("JPEG", width, height)
    return Header("JPEG", width, height, JpegScan(start, _units(data, frame, height, width, components), interval))


def _units(data: bytes, frame: int, height: int, width: int, components: int) -> int:
    """How many units a scan of all components has: blocks where there is one, else as many as their sampling says."""
    across = down = 1
    if components > 1:
        factors = [data[frame + 11 + 3 * component] for component in range(components)]
        across, down = max(factor >> 4 for factor in factors), max(factor & 15 for factor in factors)
    if not across or not down:
        raise HeaderError("its JPEG markers are damaged")
    return -(-width // (8 * across)) * -(-height // (8 * down))


def _png(data: bytes) -> Header:
    width, height = struct.unpack_from(">II", data, 16)
    at = 8
    while True:
        if at + 12 > len(data):
            raise HeaderError("the file is truncated: the end of the PNG is missing")
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] == b"IEND":
            return Header("PNG", width, height)
        at += 12 + length


def _bmp(data: bytes) -> Header:
    size, offset = struct.unpack_from("<I4xI", data, 2)
    width, height = struct.unpack_from("<ii", data, 18)
    (bits,) = struct.unpack_from("<H", data, 28)
    (compression,) = struct.unpack_from("<I", data, 30)
    rows = abs(height)
    needed = offset + (width * bits + 31) // 32 * 4 * rows if compression in (0, 3) else size
    if len(data) < needed:
        raise HeaderError("the file is truncated: rows of the BMP are missing")
    return Header("BMP", width, rows)


def _tiff(data: bytes) -> Header:
    # TIFF 6.0, section 2: the first directory.
    order = "<" if data[:2] == b"II" else ">"
    (directory,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, directory)
    values: dict[int, list[int]] = {}
    for index in range(count):
        entry = directory + 2 + 12 * index
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        code, width = {3: ("H", 2), 4: ("I", 4)}.get(kind, ("", 0))
        if tag in _TIFF_TAGS and code and number <= len(data):
            start = entry + 8
            if number * width > 4:
                (start,) = struct.unpack_from(order + "I", data, entry + 8)
            values[tag] = list(struct.unpack_from(f"{order}{number}{code}", data, start))
    if not values.get(256) or not values.get(257):
        raise HeaderError("the TIFF does not state its size")
    bits = max(values.get(258) or [1])
    if 3 in (values.get(339) or []) or bits > 16:
        what = "floating-point numbers" if 3 in (values.get(339) or []) else "integers"
        raise HeaderError(f"it is a TIFF of {bits}-bit {what}; 8 or 16 bits a channel are read")
    starts = values.get(273) or values.get(324) or []
    lengths = values.get(279) or values.get(325) or []
    if any(start + length > len(data) for start, length in zip(starts, lengths, strict=False)):
        raise HeaderError("the file is truncated: parts of the TIFF are missing")
    return Header("TIFF", values[256][0], values[257][0])


def _webp(data: bytes) -> Header:
    (size,) = struct.unpack_from("<I", data, 4)
    if len(data) < 8 + size:
        raise HeaderError("the file is truncated: the end of the WebP is missing")
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("WebP", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        wide = int.from_bytes(data[24:27], "little") + 1
        high = int.from_bytes(data[27:30], "little") + 1
        return Header("WebP", wide, high)
    raise HeaderError("the WebP holds no picture of a known kind")
