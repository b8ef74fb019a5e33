"""Packages from the server to the disk: resumed where they broke off, whole by their hash, or not there at all."""

import asyncio
import errno
import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import structlog

from goodpart.base.files import sync_folder
from goodpart.gateway.deployment.errors import PackageRefusedError
from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError
from goodpart.gateway.folders import GatewayFolders

_log = structlog.get_logger("deployment")
_MEGABYTE = 1_000_000
_ATTEMPTS = 2
"""A package whose hash is wrong is fetched once more from its start: the rest of an earlier download was damaged."""


@dataclass(frozen=True)
class PackageStream:
    """The bytes of a package from ``start`` on."""

    start: int
    chunks: AsyncIterator[bytes]


class PackageSource(ABC):
    """Where packages come from."""

    @abstractmethod
    def open_package(self, sha256: str, offset: int) -> AbstractAsyncContextManager[PackageStream]:
        """From ``offset`` on, or from 0 where the source cannot start there.

        Raises `ServerUnreachableError`, also while the chunks are read, and `ServerRefusedError`.
        """


class Packages:
    """The packages on disk, and the way to more."""

    def __init__(self, folders: GatewayFolders, source: PackageSource, *, reserve_mb: int) -> None:
        self._folders = folders
        self._source = source
        self._reserve_bytes = reserve_mb * _MEGABYTE
        self._checked: dict[str, tuple[int, int, int]] = {}

    async def is_here(self, sha256: str) -> bool:
        """Whether the package is on disk with the right content. Its content is read once per change of its file.

        An altered one is removed, and said: whoever wants it fetches it again.
        """
        path = self._folders.package(sha256)
        try:
            found = path.stat()
        except FileNotFoundError:
            return False
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._checked.get(sha256) != stamp:
            if await asyncio.to_thread(_hash_file, path) != sha256:
                path.unlink(missing_ok=True)
                _log.error(
                    "package_altered",
                    package=sha256,
                    cause=f"{path} has another content than its name says: it was altered on this disk.",
                    remedy="It was removed and is fetched again from the server. If it happens again, check the disk.",
                )
                return False
            self._checked[sha256] = stamp
        return True

    async def fetch(self, sha256: str, size_bytes: int) -> None:
        """Download one package; on disk, whole, when this returns.

        Raises `ServerUnreachableError` (what came so far is kept and resumed) and `PackageRefusedError`.
        """
        part = self._folders.packages / f"{sha256}.part"
        for _ in range(_ATTEMPTS):
            try:
                await self._download(sha256, size_bytes, part)
            except ServerRefusedError as error:
                raise PackageRefusedError(
                    f"The server does not hand out the package {sha256[:12]}…: {error.cause}", error.remedy
                ) from error
            except OSError as error:
                part.unlink(missing_ok=True)
                raise _no_room(sha256, error) from error
            if await asyncio.to_thread(_hash_file, part) == sha256:
                part.replace(self._folders.package(sha256))
                sync_folder(self._folders.packages)
                return
            part.unlink()
        raise PackageRefusedError(
            f"The package {sha256[:12]}… came with another content than its name says: it was altered.",
            "Check the server's object store; approve the model again.",
        )

    async def _download(self, sha256: str, size_bytes: int, part: Path) -> None:
        """``part`` has ``size_bytes`` and is on disk when this returns."""
        here = _usable_bytes(part, size_bytes)
        self._check_room(sha256, size_bytes - here)
        if here == size_bytes:
            return
        async with self._source.open_package(sha256, here) as stream:
            with part.open("r+b" if here else "wb") as out:
                out.seek(stream.start)
                out.truncate()
                position = stream.start
                async for chunk in stream.chunks:
                    position += len(chunk)
                    if position > size_bytes:
                        break
                    out.write(chunk)
                out.flush()
                await asyncio.to_thread(os.fsync, out.fileno())
        if position > size_bytes:
            raise PackageRefusedError(
                f"The package {sha256[:12]}… is longer than the {size_bytes} bytes that were announced.",
                "Check the server's object store; approve the model again.",
            )
        if position < size_bytes:
            raise ServerUnreachableError(
                f"The package {sha256[:12]}… broke off after {position} of {size_bytes} bytes.", "It is resumed."
            )

    def _check_room(self, sha256: str, wanted_bytes: int) -> None:
        free = shutil.disk_usage(self._folders.packages).free
        if free - wanted_bytes < self._reserve_bytes:
            raise PackageRefusedError(
                f"There is no room for the package {sha256[:12]}…: it needs {wanted_bytes / _MEGABYTE:.0f} MB, of"
                f" {free / _MEGABYTE:.0f} MB free {self._reserve_bytes // _MEGABYTE} MB stay reserved for records.",
                f"Free space on the disk of {self._folders.root}, then roll out again.",
            )


def _usable_bytes(part: Path, size_bytes: int) -> int:
    """How much of an earlier download is there. One that is too long was of something else."""
    here = part.stat().st_size if part.exists() else 0
    return here if here <= size_bytes else 0


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_room(sha256: str, error: OSError) -> PackageRefusedError:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return PackageRefusedError(
        f"The package {sha256[:12]}… cannot be written: {error.strerror or error}.",
        "Free space on the gateway's disk, then roll out again." if full else "Look at the gateway's disk.",
    )
