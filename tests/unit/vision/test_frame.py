"""Every oddity of an image file has one stated behaviour."""

import struct
import zlib
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from goodpart.vision.errors import FrameError
from goodpart.vision.frame import MAX_PIXELS, decode, from_pixels, has_data_left_over, read_frame

PICTURE = np.dstack([np.full((40, 60), value, np.uint8) for value in (200, 100, 50)])


def encoded(pixels: NDArray[np.generic], kind: str = ".png", *settings: int) -> bytes:
    done, data = cv2.imencode(kind, np.asarray(pixels), settings)
    assert done
    return bytes(data.tobytes())


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_exif_orientation(jpeg: bytes, orientation: int) -> bytes:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


@pytest.mark.parametrize("kind", [".png", ".bmp", ".tiff", ".webp", ".jpg"])
def test_the_usual_formats_become_bgr(kind: str) -> None:
    frame = decode(encoded(PICTURE, kind), "part" + kind)
    assert frame.pixels.shape == (40, 60, 3)
    assert frame.pixels.dtype == np.uint8
    assert (frame.height, frame.width) == (40, 60)
    assert np.abs(frame.pixels.astype(int) - PICTURE).max() <= 4


def test_grey_becomes_three_equal_channels() -> None:
    pixels = decode(encoded(PICTURE[:, :, 0]), "grey.png").pixels
    assert (pixels == 200).all()
    assert pixels.shape == (40, 60, 3)


def test_alpha_is_dropped_and_the_colour_beneath_counts() -> None:
    see_through = np.dstack([PICTURE, np.zeros((40, 60), np.uint8)])
    assert (decode(encoded(see_through), "alpha.png").pixels == PICTURE).all()


def test_of_sixteen_bits_the_high_byte_counts() -> None:
    deep = np.full((8, 8, 3), 0x80FF, np.uint16)
    assert (decode(encoded(deep), "deep.png").pixels == 0x80).all()


def test_a_palette_is_looked_up() -> None:
    rows = zlib.compress(b"".join(b"\0" + bytes([0, 1, 1, 0]) for _ in range(4)))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 3, 0, 0, 0)),
            png_chunk(b"PLTE", bytes([10, 20, 30, 40, 50, 60])),
            png_chunk(b"IDAT", rows),
            png_chunk(b"IEND", b""),
        )
    )
    assert decode(data, "palette.png").pixels[0].tolist() == [[30, 20, 10], [60, 50, 40], [60, 50, 40], [30, 20, 10]]


def test_exif_rotation_is_applied() -> None:
    wide = np.zeros((32, 64, 3), np.uint8)
    wide[:, 48:] = 255
    upright = decode(with_exif_orientation(encoded(wide, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 95), 6), "turned.jpg")
    assert (upright.height, upright.width) == (64, 32)
    assert upright.pixels[-8:].mean() > 240
    assert upright.pixels[:8].mean() < 15


def test_one_pixel_is_an_image() -> None:
    assert decode(encoded(PICTURE[:1, :1]), "dot.png").pixels.shape == (1, 1, 3)


def test_twelve_thousand_by_nine_thousand_is_decoded() -> None:
    frame = decode(encoded(np.zeros((9000, 12000), np.uint8), ".png", cv2.IMWRITE_PNG_COMPRESSION, 1), "huge.png")
    assert frame.pixels.shape == (9000, 12000, 3)


def test_a_header_that_claims_too_many_pixels_is_refused_before_decoding() -> None:
    side = int(MAX_PIXELS**0.5) + 1
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    with pytest.raises(FrameError, match=rf"bomb\.png has {side}×{side} pixels"):
        decode(b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IEND", b""), "bomb.png")


@pytest.mark.parametrize("kind", [".png", ".bmp", ".tiff", ".webp", ".jpg"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.97])
def test_a_truncated_image_is_refused_by_name(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    data = encoded(noise, kind)
    with pytest.raises(FrameError, match=r"cut\.img cannot be used as an image"):
        decode(data[: int(len(data) * share)], "cut.img")


PART = np.random.default_rng(1).normal(90, 5, (192, 160, 3)).astype(np.uint8)
cv2.circle(PART, (80, 90), 50, (180, 160, 140), -1)
JPEGS = {
    "colour": encoded(PART, ".jpg"),
    "grey": encoded(PART[:, :, 0], ".jpg"),
    "full-colour": encoded(PART, ".jpg", cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
    "restarts": encoded(PART, ".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 4),
}


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("lost", [700, None], ids=["in-the-middle", "the-second-half"])
def test_a_jpeg_that_lost_data_is_refused_though_it_has_its_end(kind: str, lost: int | None) -> None:
    whole = JPEGS[kind]
    at = len(whole) // 2
    harmed = whole[:at] + (whole[at + lost :] if lost else b"\xff\xd9")
    with pytest.raises(FrameError, match=r"part\.jpg cannot be used as an image: its JPEG data is damaged"):
        decode(harmed, "part.jpg")


@pytest.mark.parametrize("stray", [b"\xff\xd0", b"\xff\xd9", b"\xff\xfe"])
def test_a_marker_in_the_middle_of_a_picture_is_damage(stray: bytes) -> None:
    at = len(JPEGS["colour"]) // 2
    with pytest.raises(FrameError, match="JPEG data is damaged"):
        decode(JPEGS["colour"][:at] + stray + JPEGS["colour"][at:], "part.jpg")


@pytest.mark.parametrize("kind", JPEGS)
def test_data_that_a_picture_does_not_take_is_left_over(kind: str) -> None:
    whole = JPEGS[kind]
    assert not has_data_left_over(whole)
    assert not has_data_left_over(whole[:-2] + b"\xff" * 30 + whole[-2:])
    assert has_data_left_over(whole[:-2] + b"left over, as behind a damaged place" + whole[-2:])


@pytest.mark.parametrize("kind", JPEGS)
@pytest.mark.parametrize("behind", [b"", b"\0" * 50, b"\xff\xd8\xff\xd9"], ids=["end", "padding", "second-picture"])
def test_a_whole_jpeg_is_what_the_decoder_makes_of_it(kind: str, behind: bytes) -> None:
    content = JPEGS[kind] + behind
    as_is = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert (decode(content, "part.jpg").pixels == as_is).all()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"hello, this is a text", "not a JPEG, PNG, BMP, TIFF or WebP"),
        (b"GIF89a" + bytes(64), "not a JPEG, PNG, BMP, TIFF or WebP"),
        (b"\xff\xd8\xff", "truncated"),
        (b"\xff\xd8\xff\xd9", "ends before its picture"),
        (b"II+\0" + bytes(64), "it is a BigTIFF"),
        (encoded(PICTURE.astype(np.float32), ".tiff"), "a TIFF of 32-bit floating-point numbers; 8 or 16 bits"),
    ],
)
def test_what_is_no_image_says_why(content: bytes, why: str) -> None:
    with pytest.raises(FrameError, match=why) as caught:
        decode(content, "thing.jpg")
    assert "thing.jpg" in caught.value.cause
    assert caught.value.remedy


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match="No such file"):
        read_frame(tmp_path / "missing.png")


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0", b"MM\0*"]),
)
def test_no_bytes_get_past_the_reader_but_images(tail: bytes, start: bytes) -> None:
    with suppress(FrameError):
        assert decode(start + tail, "fuzz").pixels.size


@given(st.data())
def test_a_flipped_byte_gives_a_frame_or_a_refusal(data: st.DataObject) -> None:
    content = bytearray(encoded(PICTURE, data.draw(st.sampled_from([".png", ".jpg", ".bmp", ".tiff", ".webp"]))))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(FrameError):
        assert decode(bytes(content), "flipped").pixels.size


def test_camera_pixels_are_taken_grey_or_colour_and_nothing_else() -> None:
    assert from_pixels(PICTURE[:, :, 0], "camera").pixels.shape == (40, 60, 3)
    assert from_pixels(PICTURE, "camera").pixels is not None
    for wrong in (PICTURE.astype(np.uint16), PICTURE[:, :, :2], np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(FrameError, match="camera is an array of"):
            from_pixels(wrong.astype(wrong.dtype), "camera")
