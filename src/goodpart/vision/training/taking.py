"""Taking in the images of a training: what is usable, what is beyond the ones that are cross-fitted."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from goodpart.vision.engine import LoadOptions
from goodpart.vision.errors import TrainingError
from goodpart.vision.parts import count_parts, number_parts
from goodpart.vision.preprocessing import Fit
from goodpart.vision.progress import Course
from goodpart.vision.threads import in_order
from goodpart.vision.training.images import TrainingImage, good_and_bad
from goodpart.vision.training.pictures import Intake, Picture, load_picture, parts_of
from goodpart.vision.training.report import TrainingSettings
from goodpart.vision.training.viewing import Viewing

RECOMMENDED_IMAGES = 30
_LEAST_PARTS = 2
_FEW_PARTS = 8

FIT = Fit.ASPECT
"""Pictures keep their proportions. Squashing them was never better by more than chance, and trying it as well costs
half of a training."""


@dataclass(frozen=True)
class Taken:
    """The pictures that training works with.

    ``rest`` are good images beyond those that are left out one by one, of other parts; ``surplus`` counts those that
    are not learned from, because others show their part.
    """

    good: list[Picture]
    bad: list[Picture]
    rest: list[TrainingImage]
    surplus: int = 0


def take_images(
    images: Iterable[TrainingImage],
    settings: TrainingSettings,
    viewing: Viewing,
    intake: Intake,
    course: Course,
    seed: int,
) -> Taken:
    """Load the images to leave out and the labelled defects. Raises `TrainingError` with fewer than two good parts."""
    good, bad = good_and_bad(images)
    if not good:
        raise TrainingError(
            "There is no image of a good part to learn from.",
            f"Add images of good parts, {RECOMMENDED_IMAGES} or more.",
        )
    defective = {image.part for image in bad if image.part is not None}
    first, rest = _whole_parts(good, defective, settings.selection_images, np.random.default_rng([seed, 1]))
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
    pictures = intake.undisputed(pictures)
    usable = [picture for picture in pictures if picture.image.is_good]
    if count_parts(parts_of(usable)) < _LEAST_PARTS:
        raise _too_few(len(good), len(usable), intake)
    bad_pictures = [picture for picture in pictures if not picture.image.is_good]
    return Taken(usable, bad_pictures, rest, len(good) - len(first) - len(rest))


def _whole_parts(
    good: list[TrainingImage], defective: set[str], wanted: int, rng: np.random.Generator
) -> tuple[list[TrainingImage], list[TrainingImage]]:
    """About ``wanted`` of the images, at random and part by part, and all images of other parts.

    Parts of which other images are labelled ``defective`` come first, so that they are left out where these are judged.
    Where there are more than ``wanted``, parts with very many images give as many as leave room for some parts.
    """
    numbers = number_parts([image.part for image in good])
    members: dict[int, list[int]] = {}
    for index, part in enumerate(numbers.tolist()):
        members.setdefault(part, []).append(index)
    most = len(good) if len(good) <= wanted else max(1, wanted // min(len(members), _FEW_PARTS))
    first: list[int] = []
    rest: list[int] = []
    order = rng.permutation(len(members)).tolist()
    for part in sorted(order, key=lambda part: good[members[part][0]].part not in defective):
        some = members[part][:most]
        if not rest and len(first) + len(some) <= wanted:
            first += some
        else:
            rest += members[part]
    return [good[index] for index in sorted(first)], [good[index] for index in sorted(rest)]


def _too_few(given: int, usable: int, intake: Intake) -> TrainingError:
    if usable == 0:
        first = intake.unreadable[0] if intake.unreadable else None
        why = first.cause if first is not None else next(iter(intake.left_out()), "")
        remedy = first.remedy if first is not None else "Label each picture once."
        return TrainingError(
            f"None of the {given} files can be used as an image of a good part. The first: {why}",
            f"{remedy} {RECOMMENDED_IMAGES} images of good parts or more are a start.",
        )
    if usable > 1:
        said = f"{usable} images of one part"
    else:
        said = "One image" if given == 1 else f"{given} files with one usable, different image"
    return TrainingError(
        f"{said} cannot show how good parts differ from each other.",
        f"Add images of other good parts: 2 at least, {RECOMMENDED_IMAGES} or more for a model to rely on.",
    )
