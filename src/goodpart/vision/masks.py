"""Masks: pictures in which people marked where a defect is. One rule for training, evaluation and reports.

A mask has the size of its image and is black where the part is good. A pixel is marked when its strongest channel has
at least a quarter of the brightest value in the mask. So it does not matter which colour was drawn with, whether the
mark is 255 or 1, or that a JPEG left faint traces around it; up to four types as 1 to 4 are all marked.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.frame import IMAGE_SUFFIXES, decode, read_image_bytes

_LEAST_SHARE = 0.25
_SUFFIXES = sorted(IMAGE_SUFFIXES, key=lambda suffix: (suffix != ".png", suffix))
_NAMED = 5


def mask_beside(folder: Path, image: Path) -> Path | None:
    """The mask in ``folder`` of an ``image`` elsewhere: ``<stem>_mask.png`` or ``<stem>.png``, or other image files."""
    names = (folder / f"{image.stem}{ending}{suffix}" for ending in ("_mask", "") for suffix in _SUFFIXES)
    return next((path for path in names if path.is_file()), None)


def read_marked(mask: bytes | Path, name: str) -> NDArray[np.bool_]:
    """Which pixels (height, width) a mask, by its content or path, marks; ``name`` stands for it in errors.

    Raises `FrameError` when it is no image.
    """
    content = mask if isinstance(mask, bytes) else read_image_bytes(mask)
    return marked_in(decode(content, name).pixels)


def marked_in(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels (height, width) of a mask (height, width, 3) are marked; none of a black one."""
    strongest = pixels.max(axis=2)
    return np.asarray(strongest >= max(1.0, _LEAST_SHARE * float(strongest.max())), np.bool_)


def told_empty(names: Sequence[str]) -> str:
    """One sentence about masks that mark nothing: they would say that a defect's own places are good."""
    some = f"{', '.join(names[:_NAMED])}{', …' if len(names) > _NAMED else ''}"
    which = f"The mask of {some} marks" if len(names) == 1 else f"{len(names)} masks mark"
    rest = "" if len(names) == 1 else f" ({some})"
    return f"{which} nothing{rest}: the defect counts as not drawn. Draw it, or take the mask away."
