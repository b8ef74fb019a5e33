"""Entries of the audit trail are numbered and chained; those that there are, in the order in which they were made."""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import UtcDateTime

revision = "0005"
down_revision = "0004"

_SAID = ("id", "at", "actor_kind", "actor_id", "actor_name", "action", "subject", "detail")


def upgrade() -> None:
    op.add_column("audit_entries", sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("audit_entries", sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    number, last = _chain(op.get_bind())
    op.execute(
        sa.table("audit_head", sa.column("id"), sa.column("number"), sa.column("hash"))
        .insert()
        .values(id=1, number=number, hash=last)
    )
    op.create_index("ix_audit_entries_number", "audit_entries", ["number"], unique=True)


def _chain(connection: sa.Connection) -> tuple[int, str]:
    """Number and hash all entries. The form of the hash is that of `goodpart.server.audit.model`, as it was then."""
    columns = [sa.column(name, UtcDateTime() if name == "at" else sa.Text()) for name in _SAID]
    entries = sa.table("audit_entries", *columns, sa.column("number"), sa.column("hash"))
    number, last = 0, "0" * 64
    for row in connection.execute(sa.select(*columns).order_by(entries.c.at, entries.c.id)).all():
        number += 1
        at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
        said = [last, number, row.id, at, *row[2:]]
        last = hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()
        connection.execute(sa.update(entries).where(entries.c.id == row.id).values(number=number, hash=last))
    return number, last
