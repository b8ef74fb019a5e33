"""Recipes and their revisions. Revisions are only ever added: what ran when can always be told."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.wire.events import Action
from goodpart.wire.modes import Mode


class RecipeRow(Base):
    __tablename__ = "recipes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    station: Mapped[str] = mapped_column(ForeignKey("places.id"))
    part_number: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    """The latest; also what two changes at the same time are told apart by."""

    __table_args__ = (UniqueConstraint("station", "part_number"),)


class RecipeRevisionRow(Base):
    __tablename__ = "recipe_revisions"

    recipe: Mapped[str] = mapped_column(ForeignKey("recipes.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    model: Mapped[str] = mapped_column(ForeignKey("models.id"))
    mode: Mapped[Mode] = mapped_column(text_enum(Mode))
    good_below: Mapped[float] = mapped_column(Float)
    bad_above: Mapped[float] = mapped_column(Float)
    fail_safe: Mapped[Action] = mapped_column(text_enum(Action))
    deadline_ms: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)
