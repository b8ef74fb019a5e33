"""Who looks at a station, and the newest preview of it, where several replicas serve."""

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "station_previews",
        sa.Column("station", sa.String(length=36), nullable=False),
        sa.Column("watched_until", UtcDateTime(), nullable=False),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["station"], ["places.id"], name=op.f("fk_station_previews_station_places")),
        sa.PrimaryKeyConstraint("station", name=op.f("pk_station_previews")),
    )
