"""Ideal cycle times and OEE targets of places; station-minutes no longer hold what is made of ideal cycle times."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("places", sa.Column("oee_target", sa.Float(), nullable=True))
    op.create_table(
        "ideal_cycles",
        sa.Column("place", sa.String(length=36), nullable=False),
        sa.Column("part", sa.String(length=36), nullable=False),
        sa.Column("ideal_cycle_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["part_numbers.id"], name=op.f("fk_ideal_cycles_part_part_numbers")),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_ideal_cycles_place_places")),
        sa.PrimaryKeyConstraint("place", "part", name=op.f("pk_ideal_cycles")),
    )
    for column in ("busy_ideal_ms", "busy_unrated"):
        op.drop_column("station_minutes", column)
