"""Users and their grants, sessions, single-use links. No secret stands here in a form that could be used."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from goodpart.server.kit.database import Base, UtcDateTime, text_enum
from goodpart.server.kit.roles import Role
from goodpart.server.users.model import LinkKind


class UserRow(Base):
    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str] = mapped_column(Text)
    """Argon2id (RFC 9106) in its own text form."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GrantRow(Base):
    """A role of a user at a place and all below it; ``place`` NULL is the whole enterprise."""

    __tablename__ = "user_grants"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    place: Mapped[str | None] = mapped_column(ForeignKey("places.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role))


class SessionRow(Base):
    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class LinkRow(Base):
    __tablename__ = "sign_in_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind))
    user: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
