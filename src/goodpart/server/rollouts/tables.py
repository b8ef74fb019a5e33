"""Rollouts and their targets."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.server.rollouts.model import TargetState


class RolloutRow(Base):
    __tablename__ = "rollouts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_by: Mapped[str] = mapped_column(Text)


class RolloutTargetRow(Base):
    __tablename__ = "rollout_targets"

    rollout: Mapped[str] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[TargetState] = mapped_column(text_enum(TargetState), index=True)
    """The last one that was seen: a gateway's report tells it only as long as it is about this revision."""
    detail: Mapped[str] = mapped_column(Text)
