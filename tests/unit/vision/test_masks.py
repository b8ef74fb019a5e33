"""What people marked means the same to training, evaluation and reports, whatever they marked it with."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from goodpart.vision.errors import TrainingError
from goodpart.vision.evaluation.folder import KnownImage, read_mask
from goodpart.vision.frame import from_pixels
from goodpart.vision.framing import Framing
from goodpart.vision.masks import mask_beside, read_marked
from goodpart.vision.training.evidence import drawn_where_seen, with_masks
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.pictures import Intake, Picture
from goodpart.vision.training.taking import Taken
from goodpart.vision.view import View
from tests.integration.vision.drawn_parts import encoded

SIDE = 96
SPOT = np.zeros((SIDE, SIDE), np.uint8)
cv2.circle(SPOT, (40, 60), 14, 1, -1)


def coloured(*bgr: int) -> NDArray[np.uint8]:
    return np.asarray(SPOT[:, :, None] * np.array(bgr, np.uint8), np.uint8)


def blurred() -> bytes:
    done, content = cv2.imencode(".jpg", SPOT * 255, [cv2.IMWRITE_JPEG_QUALITY, 40])
    assert done
    return content.tobytes()


def of_two_types() -> bytes:
    two = SPOT.copy()
    two[:50] *= 2
    return encoded(two, ".png")


DRAWN: dict[str, Callable[[], bytes]] = {
    "white": lambda: encoded(SPOT * 255, ".png"),
    "one": lambda: encoded(SPOT, ".png"),
    "red": lambda: encoded(coloured(0, 0, 255), ".png"),
    "dark_blue": lambda: encoded(coloured(128, 0, 0), ".png"),
    "16_bit": lambda: encoded(SPOT.astype(np.uint16) * 65535, ".png"),
    "types": of_two_types,
    "jpeg": blurred,
}


@pytest.mark.parametrize("drawn", DRAWN)
def test_a_mark_is_read_alike_everywhere(drawn: str, tmp_path: Path) -> None:
    content = DRAWN[drawn]()
    path = tmp_path / "1_mask.png"
    path.write_bytes(content)
    frame = from_pixels(np.zeros((SIDE, SIDE, 3), np.uint8), "part")
    evaluated = read_mask(KnownImage(Path("1.png"), "dent", path), frame, SIDE)
    learned = drawn_where_seen(TrainingImage("1.png", b"", "dent", content), Framing(View()))
    assert evaluated is not None
    assert (evaluated == learned).all()
    wrong = (learned != (SPOT > 0)).sum()
    assert wrong == 0 if drawn != "jpeg" else wrong < 0.12 * SPOT.sum()


def test_masks_are_found_by_one_rule(tmp_path: Path) -> None:
    for name in ("1_mask.png", "1.png", "2.png", "3_mask.jpg", "4.txt"):
        (tmp_path / name).write_bytes(b"")
    found = [mask_beside(tmp_path, Path(f"elsewhere/{stem}.bmp")) for stem in "1234"]
    assert [path and path.name for path in found] == ["1_mask.png", "2.png", "3_mask.jpg", None]


def labelled(name: str, mask: bytes) -> Picture:
    return Picture(TrainingImage(name, b"", "dent", mask), name, (SIDE, SIDE), {})


def test_a_mask_that_marks_nothing_is_taken_for_none_and_named(tmp_path: Path) -> None:
    empty = encoded(np.zeros((SIDE, SIDE), np.uint8), ".png")
    intake = Intake.empty()
    taken = with_masks(Taken([], [labelled("drawn.png", DRAWN["one"]()), labelled("empty.png", empty)], []), intake)
    assert [picture.image.mask is not None for picture in taken.bad] == [True, False]
    assert intake.warnings() == [
        "The mask of empty.png marks nothing: the defect counts as not drawn. Draw it, or take the mask away."
    ]
    path = tmp_path / "empty_mask.png"
    path.write_bytes(empty)
    frame = from_pixels(np.zeros((SIDE, SIDE, 3), np.uint8), "part")
    assert read_mask(KnownImage(Path("empty.png"), "dent", path), frame, SIDE) is None
    assert not read_marked(empty, "empty").any()


def test_a_damaged_mask_stops_the_training_before_it_costs_time() -> None:
    cut = encoded(np.random.default_rng(0).integers(0, 255, (SIDE, SIDE), np.uint8), ".png")[:200]
    with pytest.raises(TrainingError, match=r"The mask of dent\.png cannot be used as an image"):
        with_masks(Taken([], [labelled("dent.png", cut)], []), Intake.empty())
