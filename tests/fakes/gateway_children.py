"""Processes of a gateway that a test starts, kills and starts again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from goodpart.base.killpoints import KillPoint
from goodpart.base.processes import start_child, stop_children
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.journal.errors import JournalMissingError
from goodpart.gateway.journal.reader import JournalReader
from goodpart.wire.events import Event, InspectionRecorded, OutputRecorded, decode_event
from tests.fakes.gateways import STATION


class StationProcess:
    """The process of one station, restarted by the test as a supervisor would."""

    def __init__(self, folders: GatewayFolders, log: Path) -> None:
        self._folders = folders
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, kill_at: KillPoint | None = None, struck: Path | None = None) -> None:
        environment = dict(os.environ)
        if kill_at is not None:
            environment["GOODPART_KILL_AT"] = f"{kill_at}:{struck}"
        command = [sys.executable, "-m", "tests.fakes.station_process"]
        command += ["--data", str(self._folders.root), "--station", STATION]
        with self._log.open("ab") as log:
            self.process = start_child(command, environment=environment, stderr=log, death_signal=signal.SIGKILL)

    @property
    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None:
            stop_children([self.process], grace_s=5.0)

    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""


class JournalContent:
    """What a station's journal says, read from outside."""

    def __init__(self, folders: GatewayFolders, station: str = STATION) -> None:
        self._path = folders.station(station).journal

    def events(self) -> list[Event]:
        try:
            with JournalReader(self._path) as reader:
                return [decode_event(line) for line in reader.lines(0, limit=1_000_000, max_bytes=2**30)]
        except JournalMissingError:
            return []

    def inspections(self) -> list[InspectionRecorded]:
        return [event.body for event in self.events() if isinstance(event.body, InspectionRecorded)]

    def outputs(self) -> list[OutputRecorded]:
        return [event.body for event in self.events() if isinstance(event.body, OutputRecorded)]
