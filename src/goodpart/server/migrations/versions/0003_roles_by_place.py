"""Roles are granted by place: what each account was it is from now on for the whole enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ROLES = {"administrator": "admin", "engineer": "engineer", "operator": "operator"}


def upgrade() -> None:
    op.create_table(
        "user_grants",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_user_grants_user_users")),
        sa.ForeignKeyConstraint(["place"], ["places.id"], name=op.f("fk_user_grants_place_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_grants")),
    )
    op.create_index(op.f("ix_user_grants_user"), "user_grants", ["user"], unique=False)
    users = sa.table("users", sa.column("id"), sa.column("role"))
    grants = sa.table("user_grants", sa.column("id"), sa.column("user"), sa.column("place"), sa.column("role"))
    for before, after in _ROLES.items():
        # A grant's id only has to be unique, so the first one of an account takes the account's.
        held = sa.select(users.c.id, users.c.id, sa.null(), sa.literal(after)).where(users.c.role == before)
        op.execute(grants.insert().from_select(["id", "user", "place", "role"], held))
    op.drop_column("users", "role")
    # In one statement that both databases know: SQLite cannot add the constraint afterwards.
    op.execute(
        "ALTER TABLE datasets ADD COLUMN place VARCHAR(36) CONSTRAINT fk_datasets_place_places REFERENCES places (id)"
    )
