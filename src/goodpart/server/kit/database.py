"""The database: SQLite by default, PostgreSQL where one machine is outgrown. The same tables on both."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

READ_ONLY = "goodpart_read_only"
"""Execution option of a connection that will not write: it sees one snapshot and takes no lock."""
_BUSY_TIMEOUT_MS = 15_000
_APPLICATION_ID = 0x676F6F64

Json = sa.JSON().with_variant(JSONB(), "postgresql")
"""A column of JSON: ``mapped_column(Json)``."""


class Base(DeclarativeBase):
    """Of every table. Names of constraints follow one convention, so that migrations can name them."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: timezone-aware on the way in (`ValueError` otherwise), in UTC on the way out, microseconds kept.

    SQLite keeps it as text that sorts by time, PostgreSQL as ``timestamptz``.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What cursors of lists are read back as; the base class says ``object``."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def text_enum(values: type[StrEnum]) -> sa.Enum:
    """A column that holds a `StrEnum` by its value, as text on both databases: ``mapped_column(text_enum(Verdict))``.

    No constraint goes with it: a new member needs no migration.
    """
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def sqlite_url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def open_engine(url: str) -> AsyncEngine:
    """The engine for ``url`` (``sqlite+aiosqlite`` or ``postgresql+psycopg``), set so that a commit is on disk."""
    if is_sqlite(url):
        engine = create_async_engine(url, pool_size=8, max_overflow=8)
        sa.event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_async_engine(
        address,
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={"options": "-c timezone=UTC -c synchronous_commit=on", "prepare_threshold": None},
    )
    sa.event.listen(engine.sync_engine, "begin", _begin_postgresql)
    return engine


def _set_up_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:  # the driver's own connection
    connection.isolation_level = None  # BEGIN is ours, below
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a commit that was answered survives a power cut
        "foreign_keys = ON",
        f"application_id = {_APPLICATION_ID}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: str | None) -> str | None:
    """SQLite's own knows the capitals of ASCII alone."""
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: a transaction that reads first and writes later cannot fail half-way."""
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
