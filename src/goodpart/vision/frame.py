"""From the bytes of an image file to pixels, with one stated behaviour for every oddity.

grey, palette          become three equal or looked-up channels
alpha                  is dropped: the colour beneath counts
16 bits a channel      the high byte counts, so full scale stays full scale
CMYK                   becomes RGB by the decoder's plain conversion, no colour profile
EXIF rotation          is applied
1×1 up to 128 Mpixel   is decoded whole; 12,000×9,000 is 108
larger, truncated, empty, not an image, missing data    `FrameError`, naming the file and the cause

A JPEG with a part of its data lost is refused also where the file has its end (`jpeg_scan`). Data that was altered and
still decodes is not told from a picture.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import FrameError
from goodpart.vision.image_header import Header, HeaderError, read_header
from goodpart.vision.jpeg_scan import without_end, without_last_bytes

MAX_PIXELS = 128_000_000
_REDUCED = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})

# Parallel work here is over pictures, on threads of their own: more threads inside one picture only get in the way.
cv2.setNumThreads(1)
# OpenCV's own lines about files that are refused here with a reason. libpng's still go to stderr, and those of libjpeg
# about progressive files; of others it says nothing where it is not given their end.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture: ``pixels`` is uint8 BGR of shape (height, width, 3), C-contiguous; ``name`` says where from."""

    pixels: NDArray[np.uint8]
    name: str

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])


def decode(data: bytes, name: str, *, at_least: int | None = None) -> Frame:
    """Decode the content of an image file; ``name`` stands for it in errors. Raises `FrameError`.

    ``at_least``: a half, a quarter or an eighth of the size will do, as long as the longer side keeps so many pixels.
    A large JPEG is decoded several times faster that way.
    """
    try:
        header = read_header(data)
    except HeaderError as problem:
        raise FrameError(
            f"{name} cannot be used as an image: {problem}.", "Take the picture again or leave the file out."
        ) from problem
    if header.width < 1 or header.height < 1:
        raise FrameError(f"{name} is an image without pixels.", "Take the picture again or leave the file out.")
    if header.width * header.height > MAX_PIXELS:
        raise FrameError(
            f"{name} has {header.width}×{header.height} pixels, more than the {MAX_PIXELS // 1_000_000} million "
            "that are decoded.",
            "Crop it or make it smaller.",
        )
    try:
        pixels = cv2.imdecode(np.frombuffer(_to_decode(data, header, name), np.uint8), _reading(header, at_least))
    except cv2.error as error:
        raise _undecodable(name, header.format) from error
    if pixels is None:
        raise _undecodable(name, header.format)
    return Frame(np.ascontiguousarray(pixels, dtype=np.uint8), name)


def has_data_left_over(data: bytes) -> bool:
    """Whether a whole JPEG holds more coded data than its picture takes, as altered ones often do.

    Takes about half the time of decoding it. False for what is no JPEG.
    """
    try:
        header = read_header(data)
    except HeaderError:
        return False
    cut = without_last_bytes(data, header.scan) if header.scan is not None else None
    return cut is not None and cv2.imdecode(np.frombuffer(cut, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8) is not None


def _to_decode(data: bytes, header: Header, name: str) -> bytes:
    if header.scan is None:
        return data
    whole = without_end(data, header.scan)
    if whole is None:
        raise _undecodable(name, header.format)
    return whole


def _reading(header: Header, at_least: int | None) -> int:
    """OpenCV's flag for the largest reduction that keeps ``at_least`` pixels."""
    longest = max(header.width, header.height)
    fitting = [flag for part, flag in _REDUCED if at_least is not None and longest // part >= at_least]
    return fitting[0] if fitting else cv2.IMREAD_COLOR


def read_frame(path: Path) -> Frame:
    """Read and decode the image file at ``path``. Raises `FrameError`, also when it cannot be opened."""
    return decode(read_image_bytes(path), str(path))


def read_image_bytes(path: Path) -> bytes:
    """The content of an image file. Raises `FrameError` when it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FrameError(
            f"{path} cannot be opened: {error.strerror or error}.", "Check the name and the read permission."
        ) from error


def from_pixels(pixels: NDArray[np.uint8], name: str) -> Frame:
    """A frame from camera pixels: uint8, (height, width) grey or (height, width, 3) BGR. Raises `FrameError`."""
    if pixels.dtype != np.uint8 or pixels.size == 0 or not _has_frame_shape(pixels.shape):
        raise FrameError(
            f"{name} is an array of {pixels.dtype} {pixels.shape}, not uint8 (height, width[, 3]).",
            "Set the camera to an 8-bit grey or BGR pixel format.",
        )
    if pixels.ndim == 2:
        return Frame(np.repeat(pixels[:, :, None], 3, axis=2), name)
    return Frame(np.ascontiguousarray(pixels), name)


def _has_frame_shape(shape: tuple[int, ...]) -> bool:
    return len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)


def _undecodable(name: str, kind: str) -> FrameError:
    return FrameError(
        f"{name} cannot be used as an image: its {kind} data is damaged.",
        "Take the picture again or leave the file out.",
    )
