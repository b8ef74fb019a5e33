"""Datasets as the browser sees them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from goodpart.server.datasets.model import Dataset, DatasetImage, Label

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)]


class NewDataset(BaseModel):
    name: Name
    part_number: Name
    place: str | None = None
    """Whose it is; null: the enterprise's."""


class LabelCounts(BaseModel):
    good: int
    bad: int
    unlabelled: int


class DatasetOut(BaseModel):
    id: str
    name: str
    part_number: str
    place: str | None
    counts: LabelCounts
    created_at: datetime

    @classmethod
    def of(cls, dataset: Dataset) -> "DatasetOut":
        counts = dataset.counts
        return cls(
            id=dataset.id,
            name=dataset.name,
            part_number=dataset.part_number,
            place=dataset.place,
            counts=LabelCounts(good=counts.good, bad=counts.bad, unlabelled=counts.unlabelled),
            created_at=dataset.created_at,
        )


class DatasetImageOut(BaseModel):
    id: str
    name: str
    sha256: str
    url: str
    label: Label | None
    defect: str
    width: int
    height: int
    serial: str | None
    """The part that it shows, where that is known."""

    @classmethod
    def of(cls, image: DatasetImage) -> "DatasetImageOut":
        return cls(
            id=image.id,
            name=image.name,
            sha256=image.sha256,
            url=f"/api/images/{image.sha256}",
            label=image.label,
            defect=image.defect,
            width=image.width,
            height=image.height,
            serial=image.serial,
        )


class NewLabel(BaseModel):
    """``label`` null takes the label away."""

    label: Label | None
    defect: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=PRINTABLE)] = ""
