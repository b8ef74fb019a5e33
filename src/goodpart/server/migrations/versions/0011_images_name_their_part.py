"""Images of a dataset may name the part that they show."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("dataset_images", sa.Column("serial", sa.Text(), nullable=True))
