"""Gateways say where they were last heard from and why they were revoked; their certificates carry their serial."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("gateways", sa.Column("address", sa.Text(), nullable=False, server_default=""))
    op.add_column("gateways", sa.Column("revoked_because", sa.Text(), nullable=False, server_default=""))
    op.add_column("gateway_certificates", sa.Column("serial", sa.String(length=40), nullable=False, server_default=""))
