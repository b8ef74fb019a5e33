"""Answers to requests that may be sent again, and a way to the newest entry about a thing."""

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import UtcDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "creations",
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", "key", name=op.f("pk_creations")),
    )
    op.create_index("ix_creations_user_made_at", "creations", ["user", "made_at"])
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "number"])
