"""Run by Alembic, always with a connection handed in by `goodpart.server.migrations.upgrade`."""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from goodpart.server.kit.database import UtcDateTime
from goodpart.server.migrations.tables import metadata


def render_item(kind: str, item: object, autogenerate: AutogenContext) -> str | Literal[False]:
    """How a column type of ours is written in a drafted revision: as what it is in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogenerate.imports.add("from goodpart.server.kit.database import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    if kind == "type" and isinstance(item, sa.JSON):
        autogenerate.imports.add("from goodpart.server.kit.database import Json")
        return "Json"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
