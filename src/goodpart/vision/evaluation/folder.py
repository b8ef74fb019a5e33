"""Test images with known verdicts in the folder shape of MVTec AD.

    test/good/*            good parts
    test/<defect>/*        defective ones
    ground_truth/<defect>/<stem>_mask.png     where the defect is, of the image's size (`goodpart.vision.masks`)

A defect folder without masks counts for figures about images only.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import EvaluationError
from goodpart.vision.frame import IMAGE_SUFFIXES, Frame
from goodpart.vision.masks import mask_beside, read_marked
from goodpart.vision.parts import part_in

GOOD = "good"


@dataclass(frozen=True)
class KnownImage:
    """An image and what is known of it; ``label`` is ``good`` or the kind of defect.

    ``part`` names the physical part where that is known: several images may show the same one.
    """

    path: Path
    label: str
    mask: Path | None
    part: str | None = None

    @property
    def name(self) -> str:
        """Its place in the folder, which tells it from all others."""
        return f"{self.label}/{self.path.name}"

    @property
    def is_good(self) -> bool:
        """Whether the part is good."""
        return self.label == GOOD


def known_images(folder: Path, part_of: re.Pattern[str] | None = None) -> list[KnownImage]:
    """All test images of ``folder``, good ones first. Raises `EvaluationError` unless both verdicts occur.

    ``part_of`` finds the part in each file's name (`part_in`).
    """
    place = folder / "test" if (folder / "test").is_dir() else folder
    truth = folder / "ground_truth"
    try:
        kinds = sorted((path for path in place.iterdir() if path.is_dir()), key=lambda p: (p.name != GOOD, p.name))
        found = [
            KnownImage(path, kind.name, mask_beside(truth / kind.name, path), part_in(path.name, part_of))
            for kind in kinds
            for path in sorted(kind.iterdir())
            if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
        ]
    except OSError as error:
        raise EvaluationError(
            f"The folder {folder} cannot be read: {error.strerror or error}.",
            "Check the name and the read permission.",
        ) from error
    if not any(image.is_good for image in found) or all(image.is_good for image in found):
        raise EvaluationError(
            f"The folder {folder} has no images of both good and defective parts in test/good and test/<defect>.",
            "Lay the images out as test/good/*, test/<defect>/*, ground_truth/<defect>/<stem>_mask.png.",
        )
    return found


def read_mask(image: KnownImage, frame: Frame, side: int) -> NDArray[np.bool_] | None:
    """Where ``frame`` is defective, at side × side; all False for a good part, None where nobody has drawn it.

    A mask that marks nothing is none: the defect is somewhere.
    Raises `EvaluationError` when the mask has another size than its image.
    """
    if image.is_good:
        return np.zeros((side, side), np.bool_)
    if image.mask is None:
        return None
    marked = read_marked(image.mask, str(image.mask))
    if marked.shape != (frame.height, frame.width):
        raise EvaluationError(
            f"The mask {image.mask} is {marked.shape[1]}×{marked.shape[0]}, its image {image.path} "
            f"{frame.width}×{frame.height}.",
            "Draw the mask at the size of its image.",
        )
    if not marked.any():
        return None
    return np.asarray(cv2.resize(marked.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST), np.bool_)
