"""Keeps a gateway's processes alive: one for each station, one for the uplink. It serves nothing itself.

A child that ends is started again, at once where it asked for that (status 0), otherwise after a pause that grows.
When this process dies, however, the kernel kills its children; the next supervisor starts anew, and each child waits
for its own lock, so that no station is ever served twice.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from goodpart.base.errors import GoodpartError
from goodpart.base.killpoints import KillPoint, reached
from goodpart.base.processes import start_child, stop_children
from goodpart.gateway.deployment.active import active_stamp, read_active
from goodpart.gateway.folders import GatewayFolders

LOOKED_EVERY_S = 0.1
STOPPING_S = 2.5
PAUSE_FIRST_S = 0.2
PAUSE_LONGEST_S = 5.0
WELL_AFTER_S = 30.0
"""A child that lived so long was well: its next end counts as its first."""
_log = structlog.get_logger("supervisor")


def next_pause_s(previous_s: float, *, status: int, lived_s: float) -> float:
    """How long to wait before a child that ended is started again. Pure."""
    if status == 0:
        return 0.0
    if lived_s >= WELL_AFTER_S or previous_s == 0.0:
        return PAUSE_FIRST_S
    return min(previous_s * 2, PAUSE_LONGEST_S)


def station_command(folders: GatewayFolders, station: str) -> list[str]:
    return [sys.executable, "-m", "goodpart.gateway.station", "--data", str(folders.root), "--station", station]


def uplink_command(folders: GatewayFolders) -> list[str]:
    return [sys.executable, "-m", "goodpart.gateway.uplink", "--data", str(folders.root)]


@dataclass
class _Child:
    arguments: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause_s: float = 0.0
    due: float = field(default_factory=time.monotonic)


class Supervisor:
    """Runs in the main thread of its process."""

    def __init__(
        self,
        folders: GatewayFolders,
        *,
        for_station: Callable[[GatewayFolders, str], Sequence[str]] = station_command,
        for_uplink: Callable[[GatewayFolders], Sequence[str]] = uplink_command,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._folders = folders
        self._for_station = for_station
        self._environment = environment
        self._children = {"uplink": _Child(for_uplink(folders))}
        self._stamp = (0, 0)
        self._stopped = threading.Event()

    def run(self) -> None:
        """Until SIGTERM or SIGINT; then ends all children, within three seconds."""
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        _log.info("supervisor_started", data=str(self._folders.root))
        try:
            while not self._stopped.wait(LOOKED_EVERY_S):
                reached(KillPoint.SUPERVISOR_WATCHING)
                self._follow_active()
                self._watch(time.monotonic())
        finally:
            running = [child.process for child in self._children.values() if child.process is not None]
            stop_children(running, grace_s=STOPPING_S)
            for number, handler in before.items():
                signal.signal(number, handler)
        _log.info("supervisor_ended")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopped.set()

    def _follow_active(self) -> None:
        """One child for each station of the active state. Where that cannot be read, those that are there go on."""
        stamp = active_stamp(self._folders)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            desired = read_active(self._folders)
        except GoodpartError as error:
            _log.error("active_state_refused", cause=error.cause, remedy=error.remedy)
            return
        wanted = {one.station for one in desired.stations} if desired is not None else set[str]()
        for name in sorted(wanted - self._children.keys()):
            self._children[name] = _Child(self._for_station(self._folders, name))
        gone = [name for name in self._children if name not in wanted and name != "uplink"]
        processes = [self._children.pop(name).process for name in gone]
        stop_children([process for process in processes if process is not None], grace_s=STOPPING_S)

    def _watch(self, now: float) -> None:
        for name, child in self._children.items():
            if child.process is not None and (status := child.process.poll()) is not None:
                lived_s = now - child.started
                child.pause_s = next_pause_s(child.pause_s, status=status, lived_s=lived_s)
                child.process, child.due = None, now + child.pause_s
                _log.warning("child_ended", child=name, status=status, lived_s=round(lived_s, 1))
            if child.process is None and now >= child.due:
                child.process = start_child(child.arguments, environment=self._environment, death_signal=signal.SIGKILL)
                child.started = now
                _log.info("child_started", child=name, pid=child.process.pid)
