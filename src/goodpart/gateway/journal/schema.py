"""The tables of a journal file and the steps from one version to the next.

``events`` is the truth: the very lines that are chained and sent. The other tables are read from the events' bodies in
the same transaction, so that a restarted station finds its place without reading a year of lines.
"""

import sqlite3

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        epoch TEXT NOT NULL,
        station TEXT NOT NULL,
        created_at TEXT NOT NULL,
        baseline_sequence INTEGER,
        last_sequence INTEGER
    ) STRICT;
    CREATE TABLE events (number INTEGER PRIMARY KEY, line BLOB NOT NULL) STRICT;
    CREATE TABLE open_outputs (
        inspection TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        action TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE open_alarms (
        code TEXT NOT NULL,
        subject TEXT NOT NULL,
        PRIMARY KEY (code, subject)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE images (
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL,
        inspection TEXT NOT NULL,
        verdict TEXT NOT NULL,
        role TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        evicted INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX images_here ON images (number) WHERE evicted = 0;
    CREATE INDEX images_by_content ON images (sha256);
    """,
)
VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """0 for a file without tables."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to `VERSION`, one step and one transaction at a time; killed between two, the next start goes on.

    The connection is in autocommit mode.
    """
    for step in range(version_of(connection), VERSION):
        connection.executescript(f"BEGIN IMMEDIATE; {MIGRATIONS[step]}; PRAGMA user_version = {step + 1}; COMMIT;")
