"""A model and the states it goes through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from goodpart.vision.verdict import Thresholds


class ModelState(StrEnum):
    CANDIDATE = "candidate"
    """Trained; its package is not signed, and no gateway runs it."""
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Model:
    id: str
    name: str
    part_number: str
    state: ModelState
    candidate_sha256: str
    """The unsigned package, as training made it."""
    package_sha256: str | None
    """The signed package, once approved."""
    size_bytes: int
    training_run: str
    dataset: str
    proof: dict[str, Any]
    """The training report."""
    thresholds: Thresholds
    created_at: datetime
    approved_at: datetime | None
    approved_by: str | None
