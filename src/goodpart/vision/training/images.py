"""What a model is trained on: named images with a label."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from goodpart.vision.errors import TrainingError
from goodpart.vision.frame import IMAGE_SUFFIXES, read_image_bytes
from goodpart.vision.masks import mask_beside
from goodpart.vision.parts import part_in

GOOD = "good"


@dataclass(frozen=True)
class TrainingImage:
    """An image file by its content or its path, under the name that the report uses for it.

    ``label`` is ``good`` or the name of a type of defect. ``mask``, an image of the same size by its content or path,
    marks where the defect is (`goodpart.vision.masks`). ``part`` names the physical part where that is known: several
    images may show the same one.
    """

    name: str
    content: bytes | Path
    label: str = GOOD
    mask: bytes | Path | None = None
    part: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether it shows a good part."""
        return self.label == GOOD

    def read(self) -> bytes:
        """The file's content. Raises `FrameError`."""
        return self.content if isinstance(self.content, bytes) else read_image_bytes(self.content)


def images_in(folder: Path, part_of: re.Pattern[str] | None = None) -> list[TrainingImage]:
    """The images of a folder, good ones first.

    In the MVTec shape those of ``train/good``, and labelled defects where there are any: ``train/<type>/*`` with
    ``ground_truth/<type>/<stem>_mask.png``. Else all images directly in it, as good ones. ``part_of`` finds the part in
    each file's name (`part_in`).

    Raises `TrainingError` when it cannot be read, holds no image file, or only folders of defects.
    """
    if (folder / "train" / "good").is_dir():
        return [*_good_in(folder / "train" / "good", part_of), *_labelled_in(folder, part_of)]
    for place in (folder / "good", folder):
        if place.is_dir():
            if place == folder:
                _refuse_types_alone(folder)
            return _good_in(place, part_of)
    raise TrainingError(f"{folder} is not a folder.", "Name a folder with images of good parts.")


def _good_in(place: Path, part_of: re.Pattern[str] | None) -> list[TrainingImage]:
    return [TrainingImage(path.name, path, part=part_in(path.name, part_of)) for path in image_files(place)]


def _labelled_in(folder: Path, part_of: re.Pattern[str] | None) -> list[TrainingImage]:
    """The images of ``train/<type>`` with their masks. Names carry the type: stems repeat between folders."""
    found = []
    for place in sorted(path for path in (folder / "train").iterdir() if path.is_dir() and path.name != GOOD):
        for path in image_files(place):
            mask = mask_beside(folder / "ground_truth" / place.name, path)
            name = f"{place.name}/{path.name}"
            part = part_in(path.name, part_of)
            found.append(TrainingImage(name, path, place.name, mask, part))
    return found


def _refuse_types_alone(folder: Path) -> None:
    """Raises `TrainingError` for a folder of folders of defects: what is good cannot be learned from them."""
    entries = list(folder.iterdir())
    types = sorted(path.name for path in entries if path.is_dir() and any(map(_is_image, path.iterdir())))
    if types and not any(map(_is_image, entries)):
        raise TrainingError(
            f"{folder} holds folders of images ({', '.join(types[:6])}{', …' if len(types) > 6 else ''}) and no image "
            "of a good part: types of defects can be told apart, but not bad parts from good ones.",
            f"Put images of good parts into {folder / 'train' / 'good'}, and those of defects into train/<type>.",
        )


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()


def image_files(folder: Path) -> list[Path]:
    """The image files directly in ``folder``, by name. Raises `TrainingError` when there is none."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file())
    except OSError as error:
        raise TrainingError(
            f"The folder {folder} cannot be read: {error.strerror or error}.",
            "Check the name and the read permission.",
        ) from error
    if not found:
        raise TrainingError(
            f"The folder {folder} holds no image: {_kinds()}.", "Put images of good parts into it, 30 or more."
        )
    return found


def good_and_bad(images: Iterable[TrainingImage]) -> tuple[list[TrainingImage], list[TrainingImage]]:
    """The images in two lists."""
    good: list[TrainingImage] = []
    bad: list[TrainingImage] = []
    for image in images:
        (good if image.is_good else bad).append(image)
    return good, bad


def _kinds() -> str:
    return "no file ends in " + ", ".join(sorted(IMAGE_SUFFIXES))
