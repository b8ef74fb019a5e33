"""The demo's processes: each is the real program, started as a person would start it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from goodpart.base.processes import start_child, stop_children
from goodpart.demo.client import DemoError

_GRACE_S = 3.5


class Children:
    """Starts processes, notices when one ends, stops all together."""

    def __init__(self, log_folder: Path, environment: Mapping[str, str]) -> None:
        self._log_folder = log_folder
        self._environment = environment
        self._commands: dict[str, tuple[list[str], Mapping[str, str]]] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        """Start ``python -m`` ``arguments``; its stderr goes to ``NAME.log``."""
        self._commands[name] = ([sys.executable, "-m", *arguments], {**self._environment, **(environment or {})})
        self.restart(name)

    def restart(self, name: str) -> None:
        """Start ``name`` again, with the arguments that it had."""
        arguments, environment = self._commands[name]
        with self._log_path(name).open("ab") as log:
            self.running[name] = start_child(
                arguments, environment={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=log
            )

    def read_ready_line(self, name: str, *, within_s: float) -> dict[str, Any]:
        """The first line of JSON that ``name`` prints. Raises `DemoError` where it ends or stays silent."""
        child = self.running[name]
        assert child.stdout is not None
        deadline = time.monotonic() + within_s
        while select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            line = child.stdout.readline()
            if not line:
                child.wait()
                raise DemoError(*self._why(name))
            if line.startswith(b"{"):
                ready: dict[str, Any] = json.loads(line)
                return ready
        raise DemoError(f"The {name} was not ready after {within_s:.0f} s.", f"See {self._log_path(name)}.")

    def check(self) -> None:
        """Raises `DemoError` where a process has ended by itself."""
        for name, child in self.running.items():
            if child.poll() is not None:
                raise DemoError(*self._why(name))

    def stop(self) -> None:
        stop_children(list(self.running.values()), grace_s=_GRACE_S)
        for child in self.running.values():
            if child.stdout is not None:
                child.stdout.close()

    def _why(self, name: str) -> tuple[str, str]:
        """Cause and remedy: a process that knows says them in its last line, as ``goodpart: …``."""
        last = [line for line in self._log_path(name).read_text(errors="replace").splitlines() if line.strip()]
        said = last[-1].removeprefix("goodpart: ") if last else ""
        return f"The {name} ended: {said}", f"All its lines are in {self._log_path(name)}."

    def _log_path(self, name: str) -> Path:
        return self._log_folder / f"{name}.log"
