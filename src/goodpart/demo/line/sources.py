"""Where the parts of the line come from, and the source that draws them."""

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from goodpart.demo.line.parts.defects import Defect, DefectType
from goodpart.demo.line.parts.drawing import draw_empty_belt, draw_part, encode_jpeg
from goodpart.demo.line.parts.shapes import PART_NUMBERS


class Truth(StrEnum):
    """What a part really is. Only the line knows."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Part:
    """One part with the truth about it.

    ``defect`` is empty for a good part, ``severity`` `None` where nobody graded it; ``picture`` says how its
    photograph can be taken again (`PartSource.photograph`).
    """

    part_number: str
    truth: Truth
    defect: str
    severity: float | None
    picture: str


class PartSource(ABC):
    """A supply of parts and of their photographs. Photographs are JPEG."""

    part_numbers: tuple[str, ...]
    skipped_files: int = 0

    @abstractmethod
    def produce(self, sequence: int, part_number: str) -> tuple[Part, bytes]:
        """Part ``sequence``, of ``part_number``, and its photograph."""

    @abstractmethod
    def photograph(self, part: Part) -> bytes:
        """Photograph a part again that was produced before, perhaps in an earlier run."""

    @abstractmethod
    def empty(self) -> bytes:
        """A photograph of the place with no part in it."""

    @abstractmethod
    def teaching_count(self, part_number: str) -> int:
        """How many known-good parts there are to teach with; 0 for an unknown part number."""

    @abstractmethod
    def teaching(self, part_number: str, n: int) -> bytes:
        """Photograph known-good part ``n`` (from 0), one that is never shown in production."""


class DrawnParts(PartSource):
    """Drawn parts. ``defect_rate`` of them are bad, with severities between ``severity``'s two ends."""

    part_numbers = PART_NUMBERS

    def __init__(self, seed: int, *, defect_rate: float = 0.08, severity: tuple[float, float] = (0.55, 1.0)) -> None:
        self._seed = seed
        self._defect_rate = defect_rate
        self._severity = severity

    def produce(self, sequence: int, part_number: str) -> tuple[Part, bytes]:
        random = np.random.default_rng((self._seed, 4, sequence))
        defect = None
        if random.random() < self._defect_rate:
            kinds = list(DefectType)
            severity = round(float(random.uniform(*self._severity)), 3)
            defect = Defect(kinds[int(random.integers(len(kinds)))], severity)
        picture = str(_seed_of(self._seed, "production", part_number, sequence))
        part = Part(
            part_number,
            Truth.GOOD if defect is None else Truth.BAD,
            "" if defect is None else defect.type.value,
            None if defect is None else defect.severity,
            picture,
        )
        return part, self.photograph(part)

    def photograph(self, part: Part) -> bytes:
        defect = Defect(DefectType(part.defect), part.severity or 0.0) if part.defect else None
        return encode_jpeg(draw_part(part.part_number, defect, int(part.picture)))

    def empty(self) -> bytes:
        return encode_jpeg(draw_empty_belt(self._seed))

    def teaching_count(self, part_number: str) -> int:
        return 10_000 if part_number in self.part_numbers else 0

    def teaching(self, part_number: str, n: int) -> bytes:
        return encode_jpeg(draw_part(part_number, None, _seed_of(self._seed, "teaching", part_number, n)))


def _seed_of(seed: int, purpose: str, part_number: str, n: int) -> int:
    """A seed that no other purpose, part number or count shares."""
    digest = hashlib.blake2b(f"{seed}/{purpose}/{part_number}/{n}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big")
