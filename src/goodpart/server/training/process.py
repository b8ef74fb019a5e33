"""The process that trains: it gets a folder with the images and a job file, and nothing else.

It holds no key and is not told where one is: its environment is made here, not inherited. What it writes is an
unsigned candidate, which only an approval in the server's own process can sign.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType

from goodpart.base.processes import start_child

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "XDG_DATA_HOME")
"""What an interpreter and its libraries need to start, and to find added backbones; none of the server's settings."""
_LONGEST_LINE = 256 * 1024 * 1024
_GRACE_S = 2.0
_ERRORS_FILE = "errors.txt"
_SHOWN_OF_ERRORS = 2000


class TrainingProcess:
    """One run of ``python -m goodpart.vision.training``; leaving the block ends it, whatever it was doing."""

    def __init__(self, folder: Path, job_file: Path, backbones_dir: Path | None = None) -> None:
        self._folder = folder
        self._backbones = {} if backbones_dir is None else {"GOODPART_BACKBONES_DIR": str(backbones_dir.absolute())}
        self._arguments = [sys.executable, "-P", "-m", "goodpart.vision.training", str(job_file)]
        self._child: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> "TrainingProcess":
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        with (self._folder / _ERRORS_FILE).open("wb") as errors:
            self._child = start_child(
                self._arguments,
                environment={**environment, **self._backbones, "TMPDIR": str(self._folder)},
                stdout=subprocess.PIPE,
                stderr=errors,
                working_folder=self._folder,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        assert self._child is not None
        try:
            await asyncio.to_thread(_wait, self._child, _GRACE_S)
        finally:
            self._child.kill()
            self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    async def lines(self) -> AsyncIterator[bytes]:
        """What it tells, line by line, until it ends."""
        assert self._child is not None
        assert self._child.stdout is not None
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self._child.stdout)
        try:
            while line := await reader.readline():
                yield line
        finally:
            transport.close()

    def stop(self) -> None:
        """Ask it to end; it does after the step that it is in."""
        if self._running:
            assert self._child is not None
            self._child.terminate()

    def last_words(self) -> str:
        """The end of what it wrote as errors."""
        return (self._folder / _ERRORS_FILE).read_text(errors="replace")[-_SHOWN_OF_ERRORS:].strip()

    @property
    def _running(self) -> bool:
        return self._child is not None and self._child.poll() is None


def _wait(child: subprocess.Popen[bytes], longest_s: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(longest_s)
