"""What a dataset holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Label(StrEnum):
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Counts:
    good: int = 0
    bad: int = 0
    unlabelled: int = 0


@dataclass(frozen=True)
class Dataset:
    id: str
    name: str
    part_number: str
    place: str | None
    """Whose it is; None: the enterprise's."""
    created_at: datetime
    counts: Counts


@dataclass(frozen=True)
class DatasetImage:
    id: str
    dataset: str
    name: str
    sha256: str
    label: Label | None
    defect: str
    width: int
    height: int
    size_bytes: int
    serial: str | None = None
    """The part that it shows, where that is known: several images may show one."""
