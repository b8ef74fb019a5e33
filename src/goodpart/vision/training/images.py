"""What a model is trained on: named images with a label."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from goodpart.vision.errors import TrainingError
from goodpart.vision.frame import IMAGE_SUFFIXES, read_image_bytes

GOOD = "good"


@dataclass(frozen=True)
class TrainingImage:
    """An image file by its content or its path, under the name that the report uses for it.

    ``label`` is ``good`` or the name of a kind of defect.
    """

    name: str
    content: bytes | Path
    label: str = GOOD

    @property
    def is_good(self) -> bool:
        """Whether it shows a good part."""
        return self.label == GOOD

    def read(self) -> bytes:
        """The file's content. Raises `FrameError`."""
        return self.content if isinstance(self.content, bytes) else read_image_bytes(self.content)


def images_in(folder: Path) -> list[TrainingImage]:
    """The good images of a folder: those of ``train/good`` where it has the MVTec shape, else all directly in it.

    Raises `TrainingError` when it cannot be read or holds no image file.
    """
    for place in (folder / "train" / "good", folder / "good", folder):
        if place.is_dir():
            return [TrainingImage(path.name, path) for path in image_files(place)]
    raise TrainingError(f"{folder} is not a folder.", "Name a folder with images of good parts.")


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
