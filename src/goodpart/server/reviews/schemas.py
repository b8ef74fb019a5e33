"""Reviews, and an inspection with everything that is known of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

from goodpart.server.inspections.model import Inspection
from goodpart.server.inspections.schemas import InspectionOut
from goodpart.server.models.model import Model
from goodpart.server.reviews.model import Review
from goodpart.wire.verdicts import Verdict


class NewReview(BaseModel):
    verdict: Literal[Verdict.GOOD, Verdict.BAD]
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^[^\x00]*$")] = ""


class ReviewOut(BaseModel):
    id: str
    verdict: Verdict
    note: str
    by: str
    at: datetime

    @classmethod
    def of(cls, review: Review) -> "ReviewOut":
        return cls(id=review.id, verdict=review.verdict, note=review.note, by=review.by, at=review.at)


class DefectOut(BaseModel):
    """In pixels of the frame, origin top left."""

    x: int
    y: int
    width: int
    height: int
    score: float
    kind: str
    below_threshold: bool
    """No region was above the threshold for good: this is the strongest place of a picture that as a whole was not."""


class StageOut(BaseModel):
    stage: str
    ms: float


class ModelRef(BaseModel):
    id: str
    name: str


class InspectionDetailOut(InspectionOut):
    defects: list[DefectOut]
    stages: list[StageOut]
    recipe: str
    recipe_revision: int
    model: ModelRef | None
    """None where no model looked at the part, or the package is not of this server."""
    package: str
    reviews: list[ReviewOut]
    """Oldest first; the last one counts."""
    previous: str | None
    next: str | None
    """At the same station, by part sequence."""

    @classmethod
    def complete(
        cls,
        item: InspectionOut,
        one: Inspection,
        *,
        model: Model | None,
        reviews: list[Review],
        previous: str | None,
        following: str | None,
    ) -> "InspectionDetailOut":
        return cls(
            **item.model_dump(),
            defects=[
                DefectOut(
                    x=d.x,
                    y=d.y,
                    width=d.width,
                    height=d.height,
                    score=d.score,
                    kind=d.kind,
                    below_threshold=d.below_threshold,
                )
                for d in one.defects
            ],
            stages=[StageOut(stage=stage.stage, ms=stage.ms) for stage in one.latency],
            recipe=one.recipe,
            recipe_revision=one.recipe_revision,
            model=ModelRef(id=model.id, name=model.name) if model else None,
            package=one.package,
            reviews=[ReviewOut.of(review) for review in reviews],
            previous=previous,
            next=following,
        )
