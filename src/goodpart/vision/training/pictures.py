"""From training images to network pictures, with what is wrong with them said by name."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import FrameError
from goodpart.vision.frame import Frame, decode, has_data_left_over
from goodpart.vision.framing import Framing
from goodpart.vision.masks import told_empty
from goodpart.vision.optics_figures import Measured, measure
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.training.images import TrainingImage

LEAST_SIDE = 16
"""Pixels. What is smaller shows no part: every place of the finest map that is learned from would be a guess."""
_SHOWS_NOTHING = 1.0
"""Standard deviation of grey values, of 255: a lens cap, a dead lamp, a picture that was never taken."""
_NAMED = 5
_SAID = 20


@dataclass(frozen=True, eq=False)
class Picture:
    """A training image at the network's size, once per way to fit it (equal sizes are shared).

    ``digest`` is that of the decoded pixels with their shape: the same picture in another file is the same one.
    ``measured`` says how it was taken; None where that was not asked. ``left_over``: its file holds more than it.
    """

    image: TrainingImage
    digest: str
    size: tuple[int, int]
    by_fit: dict[Fit, NDArray[np.uint8]]
    measured: Measured | None = None
    left_over: bool = False


def parts_of(pictures: Sequence[Picture]) -> list[str | None]:
    """The part that each picture shows, where that is known."""
    return [picture.image.part for picture in pictures]


def load_picture(
    image: TrainingImage, fits: Sequence[Fit], side: int, framing: Framing, *, optics: bool = False
) -> Picture | FrameError:
    """Decode, frame and resize one image; what is wrong with it is returned, for one bad file stops no training."""
    try:
        content = image.read()
        whole = decode(content, image.name)
        _check_side(whole)
        frame = framing.see(whole).frame
    except FrameError as error:
        return error
    by_fit: dict[Fit, NDArray[np.uint8]] = {}
    for fit in fits:
        preprocessing = Preprocessing(fit=fit, side=side)
        same = [p for p in by_fit.values() if p.shape[:2] == preprocessing.size(frame.height, frame.width)]
        by_fit[fit] = same[0] if same else preprocessing.apply(frame)
    measured = measure(whole.pixels) if optics else None
    size = whole.height, whole.width
    return Picture(image, _digest(whole), size, by_fit, measured, has_data_left_over(content))


def _check_side(whole: Frame) -> None:
    if min(whole.height, whole.width) < LEAST_SIDE:
        raise FrameError(
            f"{whole.name} has {whole.width}×{whole.height} pixels; nothing is learned from fewer than {LEAST_SIDE} on "
            "a side.",
            "Take the picture again or leave the file out.",
        )


def _digest(whole: Frame) -> str:
    """Of the pixels, not of the file: a camera that hangs sends one picture with a new time stamp each time."""
    found = hashlib.sha256(f"{whole.height} {whole.width} ".encode())
    found.update(whole.pixels.reshape(-1).data)
    return found.hexdigest()


@dataclass
class Intake:
    """Keeps the usable, different pictures and remembers why others were left out.

    A picture that is there with two labels says nothing of what is good: it is left out each time, but where the second
    one comes after the first was learned from.
    """

    unreadable: list[FrameError]
    copies: list[str]
    sizes: Counter[tuple[int, int]]
    empty_ones: list[str]
    altered: list[str]
    _seen: dict[str, TrainingImage]
    _disputes: dict[str, list[TrainingImage]]
    _withdrawn: set[str]
    _parts: Counter[tuple[bool, str | None]]
    empty_masks: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls) -> "Intake":
        """Nothing taken yet."""
        return cls([], [], Counter(), [], [], {}, {}, set(), Counter())

    def count_parts(self, *, good: bool) -> int:
        """How many good parts, or defective ones, the pictures show; where no part is named, each shows another."""
        taken = [(part, count) for (is_good, part), count in self._parts.items() if is_good is good]
        return sum(count if part is None else 1 for part, count in taken)

    def take(self, loaded: Picture | FrameError) -> Picture | None:
        """The picture, or None when it is unreadable or one that was taken, whatever its label was."""
        if isinstance(loaded, FrameError):
            self.unreadable.append(loaded)
            return None
        first = self._seen.get(loaded.digest)
        if first is not None:
            if loaded.digest in self._disputes or first.label != loaded.image.label:
                self._disputes.setdefault(loaded.digest, [first]).append(loaded.image)
            else:
                self.copies.append(loaded.image.name)
            return None
        self._seen[loaded.digest] = loaded.image
        self.sizes[loaded.size] += 1
        self._parts[loaded.image.is_good, loaded.image.part] += 1
        if loaded.measured is not None and loaded.measured.figures.contrast < _SHOWS_NOTHING:
            self.empty_ones.append(loaded.image.name)
        if loaded.left_over:
            self.altered.append(loaded.image.name)
        return loaded

    def undisputed(self, taken: Sequence[Picture]) -> list[Picture]:
        """Those of ``taken`` that have not turned out to be there with another label too; the others are left out."""
        kept = []
        for picture in taken:
            if picture.digest in self._disputes:
                self._withdrawn.add(picture.digest)
                self._uncount(picture)
            else:
                kept.append(picture)
        return kept

    def leave_out(self, taken: Picture, why: FrameError) -> None:
        """A picture that was taken turns out to be of no use."""
        self.unreadable.append(why)
        self._uncount(taken)

    def _uncount(self, picture: Picture) -> None:
        self.sizes -= Counter([picture.size])
        self._parts -= Counter([(picture.image.is_good, picture.image.part)])

    def warnings(self) -> list[str]:
        """One sentence for each thing a person should know."""
        said = self.left_out()
        if self.copies:
            said.append(
                f"{_images(self.copies, 'is identical to another', 'are identical to others')} and "
                f"{'was' if len(self.copies) == 1 else 'were'} counted once ({_listed(self.copies)}): a part that is "
                "photographed again gives another picture, a camera that hangs or a file that was copied does not."
            )
        if self.empty_ones:
            said.append(
                f"{_images(self.empty_ones, 'shows', 'show')} nothing but one shade ({_listed(self.empty_ones)}): "
                "check the lens cap, the light and the exposure, or leave them out."
            )
        if self.altered:
            said.append(
                f"{_images(self.altered, 'holds', 'hold')} more data than a picture ({_listed(self.altered)}), as "
                "damaged JPEGs do: look at them."
            )
        if self.empty_masks:
            said.append(told_empty(self.empty_masks))
        if len(self.sizes) > 1:
            (rows, columns), count = self.sizes.most_common(1)[0]
            said.append(
                f"The images have {len(self.sizes)} different sizes; {count} of {self.sizes.total()} are "
                f"{columns}×{rows}. A station's camera gives one size: check that all show the part in the same way."
            )
        return said

    def left_out(self) -> list[str]:
        """What was not learned from, and why."""
        said = [f"Left out: {error.cause}" for error in self.unreadable[:_SAID]]
        if len(self.unreadable) > _SAID:
            said.append(f"Left out: {len(self.unreadable) - _SAID} more unreadable files.")
        for digest, images in list(self._disputes.items())[:_SAID]:
            named = " and ".join(f"{image.name} (labelled {image.label})" for image in images)
            what = "it was left out" if digest in self._withdrawn else f"it was learned from as {images[0].label} alone"
            said.append(f"{named} are the same picture with labels that contradict each other: {what}.")
        if len(self._disputes) > _SAID:
            said.append(f"{len(self._disputes) - _SAID} more pictures have labels that contradict each other.")
        return said


def _images(names: Sequence[str], one: str, several: str) -> str:
    return f"1 image {one}" if len(names) == 1 else f"{len(names)} images {several}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
