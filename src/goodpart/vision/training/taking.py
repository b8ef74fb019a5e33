"""Taking in the images of a training: what is usable, what is beyond the ones that are cross-fitted."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from goodpart.vision.engine import LoadOptions
from goodpart.vision.errors import TrainingError
from goodpart.vision.preprocessing import Fit
from goodpart.vision.progress import Course
from goodpart.vision.training.images import TrainingImage, good_and_bad
from goodpart.vision.training.pictures import Intake, Picture, in_order, load_picture
from goodpart.vision.training.report import TrainingSettings
from goodpart.vision.training.viewing import Viewing

RECOMMENDED_IMAGES = 30

FIT = Fit.ASPECT
"""Pictures keep their proportions. Squashing them was never better by more than chance, and trying it as well costs
half of a training."""


@dataclass(frozen=True)
class Taken:
    """The pictures that training works with. ``rest`` are good images beyond those that are cross-fitted."""

    good: list[Picture]
    bad: list[Picture]
    rest: list[TrainingImage]


def take_images(
    images: Iterable[TrainingImage],
    settings: TrainingSettings,
    viewing: Viewing,
    intake: Intake,
    course: Course,
    seed: int,
) -> Taken:
    """Load the images to cross-fit and the labelled defects. Raises `TrainingError` with fewer than two good ones."""
    good, bad = good_and_bad(images)
    if not good:
        raise TrainingError(
            "There is no image of a good part to learn from.",
            f"Add images of good parts, {RECOMMENDED_IMAGES} or more.",
        )
    order = np.random.default_rng([seed, 1]).permutation(len(good))
    first = [good[index] for index in np.sort(order[: settings.selection_images])]
    rest = [good[index] for index in np.sort(order[settings.selection_images :])]
    wanted = [*first, *bad]
    # Frames that are looked at in tiles are too large to be kept.
    fits = (FIT,) if viewing.framing.view.tiling is None else ()
    pictures = []
    for loaded in in_order(
        lambda image: load_picture(image, fits, settings.side, viewing.framing, optics=True),
        wanted,
        workers=LoadOptions().cores,
        step=lambda done: course.step("images", done, len(wanted)),
    ):
        picture = intake.take(loaded)
        if picture is not None:
            pictures.append(picture)
    usable = [picture for picture in pictures if picture.image.is_good]
    if len(usable) < 2:
        raise _too_few(len(good), len(usable), intake)
    return Taken(usable, [picture for picture in pictures if not picture.image.is_good], rest)


def _too_few(given: int, usable: int, intake: Intake) -> TrainingError:
    if usable == 0:
        why = intake.unreadable[0].cause if intake.unreadable else ""
        return TrainingError(
            f"None of the {given} files can be used as an image of a good part. The first: {why}",
            f"Add images of good parts, {RECOMMENDED_IMAGES} or more.",
        )
    said = "One image" if given == 1 else f"{given} files with one usable, different image"
    return TrainingError(
        f"{said} cannot show how good parts differ from each other.",
        f"Add images of other good parts: 2 at least, {RECOMMENDED_IMAGES} or more for a model to rely on.",
    )
