"""The retained memory of the PLC and the truth about every part, in one SQLite file.

An arrival is on disk before the part's number is shown, so a number is never used twice, even after a power cut.
What happens to a part afterwards survives the end of the process at once and a power cut from the next arrival on.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from goodpart.base.errors import DataFolderError
from goodpart.base.files import open_data_folder
from goodpart.demo.line.sources import Part, Truth
from goodpart.demo.line.tracking import Decided, Verdict

_LAYOUT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS parts (
    sequence INTEGER PRIMARY KEY, part_number TEXT NOT NULL, serial TEXT NOT NULL,
    truth TEXT NOT NULL, defect TEXT NOT NULL, severity REAL, picture TEXT NOT NULL, arrived_at TEXT NOT NULL,
    result_verdict INTEGER, result_reject INTEGER, result_writes INTEGER NOT NULL DEFAULT 0, result_at TEXT,
    decided_by TEXT, reject INTEGER, ejected INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS serials (part_number TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS retained (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class TruthRow:
    """All that is known about one part. ``reject`` is what the line did, ``result_*`` what it was told."""

    sequence: int
    part_number: str
    serial: str
    truth: str
    defect: str
    severity: float | None
    arrived_at: str
    result_verdict: str | None
    result_reject: bool | None
    result_writes: int
    result_at: str | None
    decided_by: str | None
    reject: bool | None
    ejected: bool


@dataclass(frozen=True)
class Retained:
    """What the PLC still knew when it was switched on.

    ``part`` is the one under the camera, if any; ``made`` parts of its number came in a row.
    """

    sequence: int
    serial: str
    part: Part | None
    made: int
    accepted: int
    ejected: int
    acts_on_results: bool
    undecided: tuple[int, ...]
    falling: tuple[int, ...]


class Memory:
    """Opened by one process at a time. Raises `DataFolderError`, also later, when the disk is full.

    `counts` and `truth` may be called by a second thread while the first one writes.
    """

    def __init__(self, folder: Path) -> None:
        open_data_folder(folder, version=_LAYOUT)
        self._lock = (folder / "line.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise DataFolderError(
                f"Another simulated line is running on {folder}.",
                "Stop it first, or give this one a folder of its own with --folder.",
            ) from error
        file = folder / "line.sqlite"
        try:
            self._db, self._report = (_connected(file) for _ in range(2))
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            self._lock.close()
            raise DataFolderError(
                f"The memory of the simulated line in {file} cannot be read: {error}.",
                "Move that file away to start with an empty line, or restore it from a backup.",
            ) from error

    def close(self) -> None:
        self._report.close()
        self._db.close()
        self._lock.close()

    def retained(self) -> Retained:
        """What to go on from."""
        last = self._db.execute("SELECT * FROM parts ORDER BY sequence DESC LIMIT 1").fetchone()
        values = dict(self._db.execute("SELECT name, value FROM retained").fetchall())
        return Retained(
            sequence=last["sequence"] if last else 0,
            serial=last["serial"] if last else "",
            part=_part(last) if last else None,
            made=self._made(last["part_number"]) if last else 0,
            accepted=values.get("accepted", 0),
            ejected=values.get("ejected", 0),
            acts_on_results=bool(values.get("acts_on_results", 0)),
            undecided=self._sequences("SELECT sequence FROM parts WHERE decided_by IS NULL ORDER BY sequence"),
            falling=self._sequences("SELECT sequence FROM parts WHERE reject AND NOT ejected ORDER BY sequence"),
        )

    def arrive(self, sequence: int, part: Part, at: datetime) -> str:
        """Record part ``sequence`` before anyone sees it; answers with its serial number. On disk on return."""
        with self._transaction(durable=True):
            last = self._db.execute(
                "INSERT INTO serials VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
                (part.part_number,),
            ).fetchone()["last"]
            serial = f"{part.part_number}-{last:06d}"
            self._db.execute(
                "INSERT INTO parts (sequence, part_number, serial, truth, defect, severity, picture, arrived_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (sequence, part.part_number, serial, part.truth, part.defect, part.severity, part.picture,
                 at.isoformat()),
            )  # fmt: skip
        return serial

    def take_result(
        self, sequence: int, verdict: Verdict | None, reject: bool, at: datetime, decided: Decided | None
    ) -> None:
        """Record a write of a result, and the decision if the PLC took it over. ``verdict`` `None`: not readable.

        Only the first write of a part keeps its verdict; every write is counted. A result for a part that never
        arrived is counted apart.
        """
        with self._transaction():
            found = self._db.execute(
                "UPDATE parts SET result_writes = result_writes + 1,"
                " result_verdict = iif(result_writes, result_verdict, ?),"
                " result_reject = iif(result_writes, result_reject, ?),"
                " result_at = iif(result_writes, result_at, ?) WHERE sequence = ?",
                (verdict, reject, at.isoformat(), sequence),
            ).rowcount
            if not found:
                self._count("unknown_results")
            if decided is not None:
                self._decide(decided)
                self._set("accepted", sequence)

    def decide(self, decided: Decided) -> None:
        """Record a decision that the PLC took by itself."""
        with self._transaction():
            self._decide(decided)

    def eject(self, sequence: int) -> None:
        """Record that the sensor at the chute has seen the part."""
        with self._transaction():
            self._db.execute("UPDATE parts SET ejected = 1 WHERE sequence = ?", (sequence,))
            self._set("ejected", sequence)

    def turn_key(self, acts_on_results: bool) -> None:
        with self._transaction(durable=True):
            self._set("acts_on_results", int(acts_on_results))

    def truth(self, first: int, last: int, limit: int) -> list[TruthRow]:
        """The parts from ``first`` to ``last``, both included, at most ``limit``, in order."""
        rows = self._report.execute(
            "SELECT * FROM parts WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?", (first, last, limit)
        )
        return [_row(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many parts came, what they were, what became of them."""
        row = self._report.execute(
            "SELECT COUNT(*) AS parts, COALESCE(SUM(truth = 'good'), 0) AS good,"
            " COALESCE(SUM(truth = 'bad'), 0) AS bad, COALESCE(SUM(reject), 0) AS rejected,"
            " COALESCE(SUM(ejected), 0) AS ejected, COALESCE(SUM(decided_by IS NULL), 0) AS undecided,"
            " COALESCE(SUM(decided_by = 'result'), 0) AS decided_by_result,"
            " COALESCE(SUM(decided_by = 'fail_safe'), 0) AS decided_by_fail_safe,"
            " COALESCE(SUM(decided_by = 'key_off'), 0) AS decided_by_key_off,"
            " COALESCE(SUM(result_writes > 0 AND decided_by IS NOT 'result'), 0) AS refused_results,"
            " COALESCE(SUM(MAX(result_writes - 1, 0)), 0) AS repeated_outputs FROM parts"
        ).fetchone()
        values = dict(self._report.execute("SELECT name, value FROM retained").fetchall())
        return {**dict(row), "unknown_results": values.get("unknown_results", 0)}

    def _decide(self, decided: Decided) -> None:
        self._db.execute(
            "UPDATE parts SET decided_by = ?, reject = ? WHERE sequence = ? AND decided_by IS NULL",
            (decided.by, decided.reject, decided.sequence),
        )

    def _made(self, part_number: str) -> int:
        """How many parts of this number came since the last one of another."""
        row = self._db.execute(
            "SELECT COUNT(*) AS made FROM parts WHERE sequence >"
            " (SELECT COALESCE(MAX(sequence), 0) FROM parts WHERE part_number != ?)",
            (part_number,),
        ).fetchone()
        return int(row["made"])

    def _sequences(self, query: str) -> tuple[int, ...]:
        return tuple(row["sequence"] for row in self._db.execute(query))

    def _set(self, name: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO retained VALUES (?, ?)", (name, value))

    def _count(self, name: str) -> None:
        self._db.execute("INSERT INTO retained VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1", (name,))

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All or nothing. ``durable`` waits for the disk, and with it all that was committed before."""
        self._db.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise DataFolderError(
                f"The simulated line cannot write its memory: {error}.", "Free space on the disk, then start it again."
            ) from error
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _part(row: sqlite3.Row) -> Part:
    return Part(row["part_number"], Truth(row["truth"]), row["defect"], row["severity"], row["picture"])


def _row(row: sqlite3.Row) -> TruthRow:
    values = {name: row[name] for name in TruthRow.__dataclass_fields__}
    verdict = values["result_verdict"]
    values["result_verdict"] = None if verdict is None else Verdict(verdict).name.lower()
    for name in ("result_reject", "reject", "ejected"):
        values[name] = None if values[name] is None else bool(values[name])
    return TruthRow(**values)


def as_json(row: TruthRow) -> dict[str, object]:
    return asdict(row)
