"""Between the process that talks to the server and the one that inspects: a lease one way, the newest preview back.

Two small files that are replaced as a whole. Nothing waits for them, nothing is forced to disk, and of previews that
are not taken in time only the newest is left.
"""

import msgspec

from goodpart.base.clock import Clock
from goodpart.gateway.folders import StationFolder

LONGEST_LEASE_S = 60.0


class _Lease(msgspec.Struct, frozen=True, kw_only=True):
    boot: str
    """Monotonic times of another start of the machine mean nothing."""
    until_ns: int
    """Monotonic: a wall clock that jumps neither ends a lease nor keeps it for ever."""


class PreviewMailbox:
    """One station's. ``lease`` and ``take`` are for the uplink, ``is_leased`` and ``put`` for the station."""

    def __init__(self, folder: StationFolder, clock: Clock, *, boot: str) -> None:
        self._folder = folder
        self._clock = clock
        self._boot = boot
        self._stamp = (0, 0)
        self._until_ns = 0

    def lease(self, seconds: float) -> None:
        """Have the station make previews for so long. Raises `OSError`."""
        until_ns = self._clock.monotonic_ns() + int(min(seconds, LONGEST_LEASE_S) * 1e9)
        self._replace(self._folder.preview_lease.name, msgspec.json.encode(_Lease(boot=self._boot, until_ns=until_ns)))

    def is_leased(self) -> bool:
        """Cheap: asked for every part, on its way."""
        try:
            found = self._folder.preview_lease.stat()
            if (found.st_ino, found.st_mtime_ns) != self._stamp:
                self._stamp = (found.st_ino, found.st_mtime_ns)
                lease = msgspec.json.decode(self._folder.preview_lease.read_bytes(), type=_Lease)
                self._until_ns = lease.until_ns if lease.boot == self._boot else 0
        except (OSError, msgspec.MsgspecError):
            self._until_ns = 0
        return self._clock.monotonic_ns() < self._until_ns

    def put(self, content: bytes) -> None:
        """In the place of the one before, if nobody took that. Raises `OSError`."""
        self._replace(self._folder.preview.name, content)

    def take(self) -> bytes | None:
        """The newest preview, once."""
        taken = self._folder.root / f".{self._folder.preview.name}.taken"
        try:
            self._folder.preview.replace(taken)  # first: what the station puts from now on is another one
            return taken.read_bytes()
        except OSError:
            return None

    def _replace(self, name: str, content: bytes) -> None:
        draft = self._folder.root / f".{name}.draft"
        draft.write_bytes(content)
        draft.replace(self._folder.root / name)
