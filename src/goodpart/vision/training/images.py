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
_NO_TYPES = {GOOD, "train", "test", "ground_truth"}


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

    Those of ``train/good``, and labelled defects where there are any: ``train/<type>/*`` with
    ``ground_truth/<type>/<stem>_mask.png``, the MVTec shape. Without ``train/good`` those of ``good`` and ``<type>``,
    as an evaluation reads them. Else all images directly in it, as good ones. ``part_of`` finds the part in each file's
    name (`part_in`).

    Raises `TrainingError` when it cannot be read, holds no image file, or only folders of defects.
    """
    if not folder.is_dir():
        raise TrainingError(f"{folder} is not a folder.", "Name a folder with images of good parts.")
    place = _labelled_place(folder)
    if place is None:
        _refuse_types_alone(folder)
        return _good_in(folder, part_of)
    return [*_good_in(place / GOOD, part_of), *_labelled_in(place, folder / "ground_truth", part_of)]


def passed_over(folder: Path) -> list[str]:
    """One sentence for each kind of images in ``folder`` that `images_in` does not give, though a person may think so.

    Test images are left alone on purpose and are not told.
    """
    place = _labelled_place(folder)
    said = []
    if place != folder and (others := _types_in(folder)):
        where = f"{folder / 'train' / GOOD} and train/TYPE" if place else f"{folder / GOOD} and {folder}/TYPE"
        said.append(
            f"The images in {_some(others)} of {folder} were not looked at. Labelled defects are learned from where "
            f"good parts are in {where}."
        )
    if place is not None and any(map(_is_image, folder.iterdir())):
        said.append(f"The images directly in {folder} were not looked at: good parts are those in {place / GOOD}.")
    read = [place / name for name in (GOOD, *_types_in(place))] if place is not None else []
    said += [
        f"The images in {_some(inner)} of {of} were not looked at: they lie a folder too deep."
        for of in read
        if (inner := _types_in(of))
    ]
    return said


def _labelled_place(folder: Path) -> Path | None:
    """Where ``good`` and the folders of defects are."""
    return next((place for place in (folder / "train", folder) if (place / GOOD).is_dir()), None)


def _types_in(place: Path) -> list[str]:
    """Folders that hold images, but for good ones and those that have a meaning of their own or are hidden."""
    return sorted(
        path.name
        for path in place.iterdir()
        if path.is_dir() and path.name not in _NO_TYPES and path.name[0] not in ".@"
        if any(map(_is_image, path.iterdir()))
    )


def _good_in(place: Path, part_of: re.Pattern[str] | None) -> list[TrainingImage]:
    return [TrainingImage(path.name, path, part=part_in(path.name, part_of)) for path in image_files(place)]


def _labelled_in(folder: Path, masks: Path, part_of: re.Pattern[str] | None) -> list[TrainingImage]:
    """The images of ``folder/<type>`` with their masks. Names carry the type: stems repeat between folders."""
    found = []
    for kind in _types_in(folder):
        for path in image_files(folder / kind):
            part = part_in(path.name, part_of)
            found.append(TrainingImage(f"{kind}/{path.name}", path, kind, mask_beside(masks / kind, path), part))
    return found


def _refuse_types_alone(folder: Path) -> None:
    """Raises `TrainingError` for a folder of folders of defects: what is good cannot be learned from them."""
    types = _types_in(folder)
    if types and not any(map(_is_image, folder.iterdir())):
        raise TrainingError(
            f"{folder} holds folders of images ({_some(types)}) and no image of a good part: types of defects can be "
            "told apart, but not bad parts from good ones.",
            f"Put images of good parts into {folder / 'train' / 'good'}, and those of defects into train/<type>.",
        )


def _some(names: list[str]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


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
