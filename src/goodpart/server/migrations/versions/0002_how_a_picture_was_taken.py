"""Inspections say how their picture differed from the training pictures."""

import sqlalchemy as sa
from alembic import op

from goodpart.server.kit.database import Json

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("inspections", sa.Column("optics", Json, nullable=False, server_default="[]"))
