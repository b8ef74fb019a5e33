"""Making a training's view ready: the golden frame is chosen, and what counts as finding the part is measured."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.engine import LoadOptions
from goodpart.vision.errors import FrameError, TrainingError
from goodpart.vision.frame import Frame, decode
from goodpart.vision.framing import Framing
from goodpart.vision.registration import Registration, least_likeness, reference_picture
from goodpart.vision.threads import in_order
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.view import Reference, View

REFERENCE_FILE = "reference.png"
_MEASURED_ON = 40


@dataclass(frozen=True, eq=False)
class Viewing:
    """The framing that a training uses, and what its package holds of it."""

    framing: Framing
    reference: Reference | None = None
    files: dict[str, bytes] = field(default_factory=dict)


def prepare_view(view: View, images: Sequence[TrainingImage]) -> Viewing:
    """Choose the golden frame among the good ``images`` and register others to it, where the view aligns frames.

    Raises `TrainingError` when there is no such image or it shows nothing to find a part by.
    """
    if view.alignment is None:
        return Viewing(Framing(view))
    good = [image for image in images if image.is_good]
    golden = _golden(good, view.alignment.golden)
    picture = reference_picture(golden.pixels, view.regions, view.alignment)
    size = golden.height, golden.width
    try:
        registration = Registration(picture, size, view.regions, view.alignment)
    except ValueError as error:
        raise TrainingError(
            f"Frames cannot be aligned to {golden.name}: {error}.",
            "Name another golden frame, or an include region with more structure.",
        ) from error

    def likeness(image: TrainingImage) -> float | None:
        try:
            return registration.find(decode(image.read(), image.name).pixels).likeness
        except FrameError:
            return None

    others = [image for image in good if image.name != golden.name]
    some = [others[round(at)] for at in np.linspace(0, len(others) - 1, min(len(others), _MEASURED_ON))]
    found = [one for one in in_order(likeness, some, LoadOptions().cores, lambda _done: None) if one is not None]
    least = least_likeness(found)
    reference = Reference(file=REFERENCE_FILE, height=size[0], width=size[1], least_likeness=round(least, 4))
    framing = Framing(view, registration, reference.least_likeness)
    return Viewing(framing, reference, {REFERENCE_FILE: _png(picture)})


def _golden(good: list[TrainingImage], name: str) -> Frame:
    """The frame that the setting names, or the first that can be read."""
    wanted = [image for image in good if not name or image.name == name]
    if name and not wanted:
        raise TrainingError(
            f"The golden frame {name!r} is not among the images of good parts.", "Name one of them by its file name."
        )
    problem: FrameError | None = None
    for image in wanted:
        try:
            return decode(image.read(), image.name)
        except FrameError as error:
            problem = problem or error
    raise TrainingError(
        problem.cause if problem else "There is no image of a good part to learn from.",
        "Name a golden frame that can be read." if problem else "Add images of good parts, 30 or more.",
    )


def _png(pixels: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", pixels)
    if not done:
        raise RuntimeError("the PNG encoder refused the golden frame")
    return bytes(data.tobytes())
