"""A site's shifts become the first revision of its calendar, and stored minutes can follow a later one."""

import json

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import Json, UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "calendar_revisions",
        sa.Column("site", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site"], ["places.id"], name=op.f("fk_calendar_revisions_site_places"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site", "revision", name=op.f("pk_calendar_revisions")),
    )
    op.create_table(
        "recomputations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("windows", Json, nullable=False),
        sa.Column("reached", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station"], ["places.id"], name=op.f("fk_recomputations_station_places"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recomputations")),
    )
    op.create_index(op.f("ix_recomputations_station"), "recomputations", ["station"], unique=False)
    _take_over_shifts(op.get_bind())
    op.drop_column("places", "shifts")


def _take_over_shifts(connection: sa.Connection) -> None:
    """Weekdays were numbered from 0, and are by ISO 8601 from now on."""
    places = sa.table(
        "places", sa.column("id"), sa.column("shifts", Json), sa.column("created_at", UtcDateTime()), sa.column("kind")
    )
    revisions = sa.table(
        "calendar_revisions",
        *(sa.column(name) for name in ("site", "revision", "plan", "changed_by")),
        sa.column("changed_at", UtcDateTime()),
    )
    for row in connection.execute(sa.select(places).where(places.c.kind == "site")).all():
        if not row.shifts:
            continue
        shifts = [
            {
                "name": shift["name"],
                "weekdays": [day + 1 for day in shift["weekdays"]],
                "start": shift["start"],
                "end": shift["end"],
                "breaks": [],
            }
            for shift in row.shifts
        ]
        plan = {"weeks": [{"first": None, "shifts": shifts}], "days": []}
        connection.execute(
            revisions.insert().values(
                site=row.id,
                revision=1,
                plan=json.dumps(plan, ensure_ascii=False, separators=(",", ":")),
                changed_by="Goodpart server",
                changed_at=row.created_at,
            )
        )
