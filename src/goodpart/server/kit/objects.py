"""Images and packages: content under its own SHA-256, in a local folder or any S3-compatible store."""

import asyncio
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, MemoryStore, ObjectStore, S3Store

from goodpart.base.errors import GoodpartError
from goodpart.base.files import sync_folder, write_durably
from goodpart.server.kit.errors import NotFoundError

_CHUNK_BYTES = 256 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class ObjectsUrlError(GoodpartError):
    code = "objects_url_unusable"


class ObjectMissingError(NotFoundError):
    code = "object_missing"


def is_sha256(text: str) -> bool:
    """Lower-case hex of 256 bits: the only form in which an object is named, so a name is never a path."""
    return _SHA256.fullmatch(text) is not None


class Objects(ABC):
    """A content-addressed store with folders (``images``, ``packages``, ``dataset-images``).

    What `put` stored is on disk (local) or acknowledged by the store (S3) when it returns, and is never changed.
    """

    @abstractmethod
    async def put(self, folder: str, content: bytes) -> str:
        """Store ``content``; returns its SHA-256. Storing it again changes nothing."""

    @abstractmethod
    async def get(self, folder: str, sha256: str) -> bytes:
        """Raises `ObjectMissingError`."""

    @abstractmethod
    async def size(self, folder: str, sha256: str) -> int | None:
        """In bytes; None where it is not stored."""

    @abstractmethod
    def stream(self, folder: str, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from ``start`` up to but without ``end``, in chunks. Raises `ObjectMissingError`."""

    async def exists(self, folder: str, sha256: str) -> bool:
        return await self.size(folder, sha256) is not None


class StoredObjects(Objects):
    """Over an `obstore` store. Its local put does not fsync, so a folder is written by `write_durably` instead."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, folder: str, content: bytes) -> str:
        sha256 = await asyncio.to_thread(_hash, content)
        if await self.size(folder, sha256) != len(content):
            if self._folder is not None:
                await asyncio.to_thread(_write, self._folder / _key(folder, sha256), content)
            else:
                await obstore.put_async(self._store, _key(folder, sha256), content)
        return sha256

    async def get(self, folder: str, sha256: str) -> bytes:
        try:
            answer = await obstore.get_async(self._store, _key(folder, sha256))
            return bytes(await answer.bytes_async())
        except FileNotFoundError as error:
            raise _missing(folder, sha256) from error

    async def size(self, folder: str, sha256: str) -> int | None:
        try:
            return int((await obstore.head_async(self._store, _key(folder, sha256)))["size"])
        except FileNotFoundError:
            return None

    async def stream(self, folder: str, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        while start < end:
            stop = min(start + _CHUNK_BYTES, end)
            try:
                chunk = await obstore.get_range_async(self._store, _key(folder, sha256), start=start, end=stop)
            except FileNotFoundError as error:
                raise _missing(folder, sha256) from error
            yield bytes(chunk)
            start = stop


def open_objects(url: str, default_folder: Path) -> Objects:
    """``url`` is empty for ``default_folder``, ``memory://``, or ``s3://BUCKET/PREFIX`` (access by AWS_* variables)."""
    if url == "":
        default_folder.mkdir(parents=True, exist_ok=True)
        return StoredObjects(LocalStore(default_folder), default_folder)
    if url == "memory://":
        return StoredObjects(MemoryStore())
    if url.startswith("s3://"):
        return StoredObjects(S3Store.from_url(url))
    raise ObjectsUrlError(
        f"GOODPART_OBJECTS_URL is {url!r}.", "Leave it empty, or name an S3 bucket: s3://BUCKET/PREFIX."
    )


def _key(folder: str, sha256: str) -> str:
    if not is_sha256(sha256):
        raise ObjectMissingError(f"{sha256!r} is not a SHA-256.", "Name the object by 64 hexadecimal digits.")
    return f"{folder}/{sha256[:2]}/{sha256}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(file: Path, content: bytes) -> None:
    missing = [folder for folder in (file.parent, file.parent.parent) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    write_durably(file, content)


def _missing(folder: str, sha256: str) -> ObjectMissingError:
    return ObjectMissingError(f"{folder}/{sha256} is not stored here.", "It may not have been uploaded yet.")
