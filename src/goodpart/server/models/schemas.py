"""Models as the browser sees them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from goodpart.server.models.model import Model, ModelState
from goodpart.vision.verdict import Thresholds


class ThresholdsOut(BaseModel):
    """Scores below ``good_below`` are good, from ``bad_above`` on bad, between them a person decides."""

    good_below: float
    bad_above: float

    @classmethod
    def of(cls, thresholds: Thresholds) -> "ThresholdsOut":
        return cls(good_below=thresholds.good_below, bad_above=thresholds.bad_above)


class ModelOut(BaseModel):
    id: str
    name: str
    part_number: str
    state: ModelState
    package_sha256: str | None
    """Of the signed package; null until the model is approved."""
    size_bytes: int
    training_run: str
    dataset: str
    proof: dict[str, Any]
    """The training report: scores of each image by a model that has not seen it, and what they support."""
    thresholds: ThresholdsOut
    created_at: datetime
    approved_at: datetime | None
    approved_by: str | None

    @classmethod
    def of(cls, model: Model) -> "ModelOut":
        return cls(
            id=model.id,
            name=model.name,
            part_number=model.part_number,
            state=model.state,
            package_sha256=model.package_sha256,
            size_bytes=model.size_bytes,
            training_run=model.training_run,
            dataset=model.dataset,
            proof=model.proof,
            thresholds=ThresholdsOut.of(model.thresholds),
            created_at=model.created_at,
            approved_at=model.approved_at,
            approved_by=model.approved_by,
        )


class Approval(BaseModel):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")] = ""
