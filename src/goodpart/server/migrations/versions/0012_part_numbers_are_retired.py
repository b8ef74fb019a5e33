"""Part numbers can be retired; what there is of one is found without reading everything."""

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("part_numbers", sa.Column("retired_at", UtcDateTime(), nullable=True))
    op.create_index("ix_inspections_part_number", "inspections", ["part_number", "triggered_at", "id"])
    op.create_index(op.f("ix_station_minutes_part_number"), "station_minutes", ["part_number"])
