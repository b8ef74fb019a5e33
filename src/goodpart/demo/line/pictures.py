"""The user's own pictures as parts: a folder in the MVTec shape, a good/ folder among others, or any folder.

train/good, test/good, test/<defect>    train/good teaches, test is shown, the folder's name is the truth
good, <defect>…                         a part of good teaches, the rest and the defects are shown
anything else                           every picture, at any depth, is a good part; a part of them teaches
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from goodpart.base.errors import GoodpartError
from goodpart.demo.line.parts.drawing import encode_jpeg
from goodpart.demo.line.sources import Part, PartSource, Truth

_TEACHING_SHARE = 0.6
_TEACHING_MOST = 200
_LONGEST_SIDE = 4096
_GOOD = "good"
_ENDS = {b"\xff\xd8": b"\xff\xd9", b"\x89PNG": b"IEND"}
_TAIL = 1024  # cameras append a little after the end


class PictureFolderError(GoodpartError):
    """The folder of pictures cannot be shown."""

    code = "picture_folder_unusable"


@dataclass(frozen=True)
class _Shown:
    """A picture of production: its file and its defect, empty for a good part."""

    file: Path
    defect: str


class PictureFolder(PartSource):
    """Shows each picture of production once per round, each round in an order of its own.

    One part number, named after the folder. Raises `PictureFolderError` if no picture can be shown.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder.absolute()
        self._seed = seed
        self.part_numbers = (_part_number(self._folder),)
        files = _pictures(self._folder)
        self.skipped_files = files.skipped
        self._teaching, self._shown = _split(self._folder, files.pictures, seed)
        if not self._shown or not self._teaching:
            raise PictureFolderError(
                f"The folder {folder} holds no picture of a good part"
                f" ({files.skipped} other files, {len(files.pictures)} pictures).",
                "Put PNG or JPEG pictures of good parts into it, in train/good if it has that shape.",
            )

    def produce(self, sequence: int, part_number: str) -> tuple[Part, bytes]:
        at = sequence - 1
        while self._shown:
            around, index = divmod(at, len(self._shown))
            order = np.random.default_rng((self._seed, 5, around)).permutation(len(self._shown))
            shown = self._shown[int(order[index])]
            photograph = _photograph(shown.file)
            if photograph is not None:
                truth = Truth.BAD if shown.defect else Truth.GOOD
                name = str(shown.file.relative_to(self._folder))
                return Part(part_number, truth, shown.defect, None, name), photograph
            self._shown.remove(shown)
            self.skipped_files += 1
        raise PictureFolderError(
            f"No picture in {self._folder} can be read any more.",
            "Check that the folder is still there and that its pictures open in a viewer.",
        )

    def photograph(self, part: Part) -> bytes:
        return _photograph(self._folder / part.picture) or self.empty()

    def empty(self) -> bytes:
        return encode_jpeg(np.full((480, 640, 3), 40, np.uint8))

    def teaching_count(self, part_number: str) -> int:
        return len(self._teaching) if part_number in self.part_numbers else 0

    def teaching(self, part_number: str, n: int) -> bytes:  # noqa: ARG002 - there is one part number
        photograph = _photograph(self._teaching[n])
        if photograph is None:
            raise PictureFolderError(
                f"The picture {self._teaching[n]} cannot be read.", "Replace it, or remove it from the folder."
            )
        return photograph


@dataclass(frozen=True)
class _Files:
    pictures: list[Path]
    skipped: int


def _pictures(folder: Path) -> _Files:
    """The pictures below ``folder`` in a fixed order, told by their first bytes, and the number of other files.

    Hidden files and the masks of ``ground_truth`` are neither.
    """
    try:
        if not folder.is_dir():
            raise NotADirectoryError(20, "it is not a folder")
        files = sorted(_files(folder))
    except OSError as error:
        raise PictureFolderError(
            f"The folder of pictures {folder} cannot be read: {error.strerror or error}.",
            "Name a folder that exists and that this user may read.",
        ) from error
    found = [file for file in files if _is_picture(file)]
    return _Files(found, len(files) - len(found))


def _files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.name == "ground_truth":
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry


def _is_picture(file: Path) -> bool:
    """Whether the file begins and ends as a picture does; what fails is counted as skipped, and reported as such."""
    try:
        return file.is_file() and cv2.haveImageReader(str(file)) and _is_whole(file)
    except (OSError, cv2.error):
        return False


def _is_whole(file: Path) -> bool:
    """Part of a JPEG or PNG decodes without complaint; only its missing end tells."""
    with file.open("rb") as content:
        head = content.read(8)
        content.seek(max(0, content.seek(0, 2) - _TAIL))
        tail = content.read()
    return all(end in tail for start, end in _ENDS.items() if head.startswith(start))


def _split(folder: Path, pictures: list[Path], seed: int) -> tuple[list[Path], list[_Shown]]:
    """The pictures to teach with, and those to show in production."""
    below = [(file.relative_to(folder).parts[:-1], file) for file in pictures]
    train = [file for parts, file in below if parts[:2] == ("train", _GOOD)]
    test = [_Shown(file, _defect(parts[1])) for parts, file in below if len(parts) > 1 and parts[0] == "test"]
    if train and test:
        return train, test
    if train:
        good, bad = train, []
    elif any(parts[:1] == (_GOOD,) for parts, _ in below):
        good = [file for parts, file in below if parts[:1] == (_GOOD,)]
        bad = [_Shown(file, parts[0]) for parts, file in below if parts and parts[0] != _GOOD]
    else:
        good, bad = ([] if test else pictures), []
    order = np.random.default_rng((seed, 6)).permutation(len(good))
    cut = min(_TEACHING_MOST, max(1, round(len(good) * _TEACHING_SHARE)))
    teaching = [good[i] for i in order[:cut]]
    # A single picture has to do for both.
    shown = [_Shown(good[i], "") for i in (order[cut:] if len(good) > 1 else order)]
    return teaching, shown + bad


def _defect(folder_name: str) -> str:
    return "" if folder_name == _GOOD else folder_name


def _part_number(folder: Path) -> str:
    return re.sub(r"[^A-Z0-9-]+", "-", folder.name.upper()).strip("-")[:32] or "PART"


def _photograph(file: Path) -> bytes | None:
    """The picture as the camera sends it: upright, 8 bits, colour, at most 4096 pixels long. `None`: not readable."""
    try:
        content = np.frombuffer(file.read_bytes(), np.uint8)
        picture = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
    except (OSError, cv2.error):
        return None
    if picture is None:
        return None
    longest = max(picture.shape[:2])
    if longest > _LONGEST_SIDE:
        scale = _LONGEST_SIDE / longest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return encode_jpeg(np.asarray(picture, np.uint8))
