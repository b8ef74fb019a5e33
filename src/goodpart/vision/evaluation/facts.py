"""What a package says of how it was made: read leniently, for older and newer packages say less or more."""

import msgspec

from goodpart.vision.package import Package
from goodpart.vision.package.manifest import REPORT_FILE


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A detector that was considered; for the count of them."""


class TrainingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a training report that a reader of an evaluation wants; 0 or empty where it is not told."""

    n_good: int = 0
    n_bad: int = 0
    backbone: str = ""
    precision: str = ""
    bank_size: int = 0
    seed: int = 0
    why: str = ""
    selected_on: str = ""
    selection_auroc: float | None = None
    candidates: tuple[Candidate, ...] = ()
    warnings: tuple[str, ...] = ()


def facts_of(package: Package) -> TrainingFacts:
    """The facts, or none of them where the package holds no readable report."""
    try:
        return msgspec.json.decode(package.files.get(REPORT_FILE, b"{}"), type=TrainingFacts)
    except msgspec.MsgspecError:
        return TrainingFacts()
