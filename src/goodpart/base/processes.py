"""Child processes that end with the process that started them, however that one ends."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def start_child(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdout: int | IO[bytes] | None = None,
    stderr: int | IO[bytes] | None = None,
    working_folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``arguments`` in a session of its own, so that Ctrl-C reaches the parent alone.

    When the starting thread ends (call this from the main thread), the kernel sends the child ``death_signal``
    (Linux, prctl PR_SET_PDEATHSIG): a killed parent leaves no orphan.
    """
    parent = os.getpid()

    def follow_parent() -> None:
        if _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
            os._exit(127)
        if os.getppid() != parent:
            os._exit(0)

    return subprocess.Popen(
        list(arguments),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=working_folder,
        start_new_session=True,
        preexec_fn=follow_parent,  # noqa: PLW1509 - runs one system call; called before any thread is started
    )


def stop_children(children: Sequence[subprocess.Popen[bytes]], *, grace_s: float) -> None:
    """Ask all children to end, together; kill those that have not after ``grace_s`` seconds."""
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    for child in running:
        try:
            child.wait(timeout=grace_s)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            grace_s = 0
