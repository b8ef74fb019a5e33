"""Where a process may be killed to prove that nothing is lost: the table that the crash tests walk through.

In a plant nothing arms a point, and passing one costs a look into an empty tuple. A test names one point in the
environment variable ``GOODPART_KILL_AT``, as ``POINT:FILE``; the process that reaches it creates FILE, which only one
process can do once, and dies by SIGKILL there.
"""

import os
import signal
from enum import StrEnum
from pathlib import Path


class KillPoint(StrEnum):
    """Every step of one part's way after which a power cut leaves a different state behind."""

    STATION_AFTER_GRAB = "station.after_grab"
    STATION_BEFORE_JOURNAL_COMMIT = "station.before_journal_commit"
    STATION_AFTER_JOURNAL_COMMIT = "station.after_journal_commit"
    STATION_AFTER_OUTPUT = "station.after_output"
    STATION_AFTER_READ_BACK = "station.after_read_back"
    UPLINK_BEFORE_SENDING = "uplink.before_sending"
    UPLINK_BEFORE_STORING_ACKNOWLEDGEMENT = "uplink.before_storing_acknowledgement"
    SERVER_BEFORE_COMMIT = "server.before_commit"
    SERVER_AFTER_COMMIT = "server.after_commit"
    SUPERVISOR_WATCHING = "supervisor.watching"


def _read_armed() -> tuple[str, Path] | tuple[()]:
    point, _, file = os.environ.get("GOODPART_KILL_AT", "").partition(":")
    return (KillPoint(point), Path(file)) if point else ()


_armed = _read_armed()


def reached(point: KillPoint) -> None:
    """Die here, once, if a test armed ``point``."""
    if not _armed or _armed[0] != point:
        return
    try:
        os.close(os.open(_armed[1], os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
