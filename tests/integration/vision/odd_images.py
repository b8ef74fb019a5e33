"""Image files as cameras, scanners and people make them."""

import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.integration.vision.drawn_parts import draw_part, encoded


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def palette_png(indices: NDArray[np.uint8], colours: NDArray[np.uint8]) -> bytes:
    """``indices`` (height, width) into ``colours`` (n, 3) RGB."""
    height, width = indices.shape
    rows = b"".join(b"\0" + row.tobytes() for row in indices)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            png_chunk(b"PLTE", colours.tobytes()),
            png_chunk(b"IDAT", zlib.compress(rows)),
            png_chunk(b"IEND", b""),
        )
    )


def flat_png(height: int, width: int, grey: int) -> bytes:
    """One grey alone, row by row: of any size at no cost."""
    packer = zlib.compressobj(1)
    row = b"\0" + bytes([grey]) * width
    data = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header), png_chunk(b"IDAT", data), png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def cmyk_jpeg(cyan: int, magenta: int, yellow: int, black: int) -> bytes:
    """8×8 pixels of one ink mixture, 0 to 255 each, inverted as image editors store it (Adobe marker, no transform).

    Four components, each one block with nothing but its mean: ITU-T T.81, baseline.
    """

    def segment(marker: int, content: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content

    components = b"".join(bytes((number, 0x11, 0)) for number in range(1, 5))
    categories = bytes(range(12))
    bits = ""
    for ink in (cyan, magenta, yellow, black):
        mean = 8 * (255 - ink - 128)
        size = abs(mean).bit_length()
        bits += f"{size:04b}" + (f"{mean if mean > 0 else mean + 2**size - 1:0{size}b}" if size else "") + "0"
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0)),
            segment(0xDB, b"\0" + b"\1" * 64),
            segment(0xC0, struct.pack(">BHHB", 8, 8, 8, 4) + components),
            segment(0xC4, b"\x00" + bytes((0, 0, 0, 12, *[0] * 12)) + categories),
            segment(0xC4, b"\x10" + bytes((1, *[0] * 15)) + b"\0"),
            segment(0xDA, b"\4" + b"".join(bytes((number, 0)) for number in range(1, 5)) + b"\0\x3f\0"),
            data,
            b"\xff\xd9",
        )
    )


def turned_jpeg(picture: NDArray[np.uint8], orientation: int) -> bytes:
    """With an EXIF orientation."""
    jpeg = encoded(picture)
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def readable_oddities() -> dict[str, bytes]:
    """By file name. All but the last three show a good part of `draw_part`."""
    part = draw_part(100)
    grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY), np.uint8)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    opaque = np.full(grey.shape, 255, np.uint8)
    return {
        "alpha.png": encoded(np.dstack([part, opaque]), ".png"),
        "deep.png": encoded(part.astype(np.uint16) * 257, ".png"),
        "grey.png": encoded(grey, ".png"),
        "palette.png": palette_png(grey, ramp),
        "turned.jpg": turned_jpeg(np.rot90(part).copy(), 6),
        "cmyk.jpg": cmyk_jpeg(255, 0, 0, 0),
        "dot.png": encoded(part[:1, :1], ".png"),
        "line.png": encoded(part[:1], ".png"),
    }
