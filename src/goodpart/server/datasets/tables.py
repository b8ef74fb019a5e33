"""Datasets and their images. The bytes are in the object store, by their SHA-256."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.datasets.model import Label
from goodpart.server.kit.database import Base, UtcDateTime, text_enum


class DatasetRow(Base):
    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    part_number: Mapped[str] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(ForeignKey("places.id"))
    """Whose it is, and its images, training runs and models; NULL: the enterprise's."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)


class DatasetImageRow(Base):
    __tablename__ = "dataset_images"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    dataset: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    label: Mapped[Label | None] = mapped_column(text_enum(Label))
    """None: not labelled yet."""
    defect: Mapped[str] = mapped_column(Text)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    serial: Mapped[str | None] = mapped_column(Text)
    """The part that it shows; NULL: not known."""

    __table_args__ = (UniqueConstraint("dataset", "sha256"),)
