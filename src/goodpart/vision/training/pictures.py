"""From training images to network pictures, with what is wrong with them said by name."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.errors import FrameError
from goodpart.vision.frame import decode
from goodpart.vision.framing import Framing
from goodpart.vision.masks import told_empty
from goodpart.vision.optics_figures import Measured, measure
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.training.images import TrainingImage


@dataclass(frozen=True, eq=False)
class Picture:
    """A training image at the network's size, once per way to fit it (equal sizes are shared).

    ``measured`` says how it was taken; None where that was not asked.
    """

    image: TrainingImage
    digest: str
    size: tuple[int, int]
    by_fit: dict[Fit, NDArray[np.uint8]]
    measured: Measured | None = None


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
        frame = framing.see(whole).frame
    except FrameError as error:
        return error
    by_fit: dict[Fit, NDArray[np.uint8]] = {}
    for fit in fits:
        preprocessing = Preprocessing(fit=fit, side=side)
        same = [p for p in by_fit.values() if p.shape[:2] == preprocessing.size(frame.height, frame.width)]
        by_fit[fit] = same[0] if same else preprocessing.apply(frame)
    digest = hashlib.sha256(content).hexdigest()
    measured = measure(whole.pixels) if optics else None
    return Picture(image, digest, (whole.height, whole.width), by_fit, measured)


@dataclass
class Intake:
    """Keeps the usable, different pictures and remembers why others were left out."""

    unreadable: list[FrameError]
    copies: list[str]
    sizes: Counter[tuple[int, int]]
    _seen: set[str]
    _parts: Counter[tuple[bool, str | None]]
    empty_masks: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls) -> "Intake":
        """Nothing taken yet."""
        return cls([], [], Counter(), set(), Counter())

    def count_parts(self, *, good: bool) -> int:
        """How many good parts, or defective ones, the pictures show; where no part is named, each shows another."""
        taken = [(part, count) for (is_good, part), count in self._parts.items() if is_good is good]
        return sum(count if part is None else 1 for part, count in taken)

    def take(self, loaded: Picture | FrameError) -> Picture | None:
        """The picture, or None when it is unreadable or a copy of one that was taken."""
        if isinstance(loaded, FrameError):
            self.unreadable.append(loaded)
            return None
        if loaded.digest in self._seen:
            self.copies.append(loaded.image.name)
            return None
        self._seen.add(loaded.digest)
        self.sizes[loaded.size] += 1
        self._parts[loaded.image.is_good, loaded.image.part] += 1
        return loaded

    def leave_out(self, taken: Picture, why: FrameError) -> None:
        """A picture that was taken turns out to be of no use."""
        self.unreadable.append(why)
        self.sizes -= Counter([taken.size])
        self._parts -= Counter([(taken.image.is_good, taken.image.part)])

    def warnings(self) -> list[str]:
        """One sentence for each thing a person should know."""
        said = [f"Left out: {error.cause}" for error in self.unreadable[:20]]
        if len(self.unreadable) > 20:
            said.append(f"Left out: {len(self.unreadable) - 20} more unreadable files.")
        if self.copies:
            said.append(
                f"{len(self.copies)} images are identical to others and were counted once "
                f"({', '.join(self.copies[:5])}{'…' if len(self.copies) > 5 else ''})."
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
