"""One process per task: a lock that ends with the process that holds it, however that one ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from goodpart.base.errors import GoodpartError

_ASKED_EVERY_S = 0.05


class AlreadyRunningError(GoodpartError):
    """Another process does this task in this data folder."""

    code = "already_running"


@contextmanager
def hold_lock(path: Path, *, task: str, patience_s: float = 0.0) -> Iterator[None]:
    """Hold the lock file ``path`` (flock). Raises `AlreadyRunningError` where another process still holds it after
    ``patience_s``: one that is just ending gets that time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    deadline = time.monotonic() + patience_s
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise AlreadyRunningError(
                        f"Another process is already {task} in {path.parent}.",
                        "Stop that one first, or name another data folder.",
                    ) from error
                time.sleep(_ASKED_EVERY_S)
        yield
    finally:
        os.close(handle)
