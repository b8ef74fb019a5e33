"""Branches of journals and the lines that came on them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime


class BranchRow(Base):
    """One chain of one journal, and how far it is on this server's disk: the high-water mark."""

    __tablename__ = "journal_branches"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    gateway: Mapped[str] = mapped_column(ForeignKey("gateways.id"))
    station: Mapped[str] = mapped_column(ForeignKey("places.id"))
    epoch: Mapped[str] = mapped_column(Text)
    branch: Mapped[int] = mapped_column(Integer)
    """0: the chain that came first. Others parted from one that the server knew."""
    fork_number: Mapped[int] = mapped_column(BigInteger)
    """The last number that this branch shares with the one it parted from; its own lines begin after it."""
    parent: Mapped[int | None] = mapped_column(Integer)
    """The branch that it parted from."""
    number: Mapped[int] = mapped_column(BigInteger)
    chain_hash: Mapped[str] = mapped_column(String(64))
    """Hash of the line ``number``."""
    asked_again_at: Mapped[int | None] = mapped_column(BigInteger)
    """The number for whose sake the gateway was asked to send this journal from its start."""
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_journal_branches_place", "gateway", "station", "epoch", "branch", unique=True),)


class EventRow(Base):
    """One line, byte for byte as it was sent."""

    __tablename__ = "events"

    stream: Mapped[str] = mapped_column(ForeignKey("journal_branches.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    wall: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(Text)
    """The body's tag; ``unreadable`` where this version cannot read the line."""
    line: Mapped[bytes] = mapped_column(LargeBinary)
