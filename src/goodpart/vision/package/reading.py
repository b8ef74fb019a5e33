"""Reading a package that anyone may have made: every bound is checked before memory is spent on it."""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from goodpart.trust.signatures import PACKAGE, KeySet, Signature, SignatureError
from goodpart.vision.errors import FrameError, PackageError
from goodpart.vision.frame import Frame, decode
from goodpart.vision.package.manifest import MANIFEST_FILE, SCHEMA, SIGNATURE_FILE, Manifest, problem_of

MAX_PACKAGE_BYTES = 256 * 1024 * 1024
MAX_UNPACKED_BYTES = MAX_PACKAGE_BYTES
MAX_UNKNOWN_BYTES = 16 * 1024 * 1024
"""Of files that the manifest lists and this version has no use for."""
MAX_FILES = 256
MAX_MANIFEST_BYTES = 4 * 1024 * 1024
MAX_RATIO = 4
"""Unpacked bytes for a packed one. Ours are not compressed at all; pictures and weights hardly shrink, a bomb shrinks
to nothing."""
_FREE_OF_RATIO = 4 * 1024 * 1024
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9]+)?(/[a-z0-9_-]+(\.[a-z0-9]+)?)?")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    OSError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    OverflowError,
)
_NO_JSON = (msgspec.MsgspecError, UnicodeError, RecursionError)


@dataclass(frozen=True, eq=False)
class Package:
    """A package in memory whose hashes are verified. ``id`` is the SHA-256 of the file.

    ``manifest_bytes`` is what a signature covers. ``key_id`` is the key whose signature was verified, None for a
    candidate and for a signature that nobody checked; of that, ``unchecked_key_id`` is the key it claims.
    """

    id: str
    manifest: Manifest
    manifest_bytes: bytes
    key_id: str | None
    files: dict[str, bytes]
    unchecked_key_id: str | None = None

    @property
    def network(self) -> bytes:
        """The ONNX network."""
        return self.files[self.manifest.network.file]

    def picture(self, file: str) -> Frame:
        """A picture that the package holds. Raises `PackageError`: whoever asks took none that could be taken again."""
        try:
            return decode(self.files[file], file)
        except FrameError as error:
            raise PackageError(
                f"The model {self.id[:12]} holds a picture that cannot be used: {error.cause}",
                "Fetch the package again or train the model again.",
            ) from error


def read_package(path: Path, *, keys: KeySet | None, expected_id: str | None = None) -> Package:
    """Read and verify a package. Raises `PackageError` with the reason; nothing of it is used before that.

    With ``keys``, a signature by one of them is required. With None an unsigned candidate is accepted too, and no
    signature is checked.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_PACKAGE_BYTES else b""
    except OSError as error:
        raise PackageError(
            f"{path} cannot be opened: {error.strerror or error}.", "Check the name and the read permission."
        ) from error
    if size > MAX_PACKAGE_BYTES:
        raise _refused(path, f"it has {size} bytes, more than the {MAX_PACKAGE_BYTES} allowed")
    identity = hashlib.sha256(content).hexdigest()
    if expected_id is not None and identity != expected_id:
        raise _refused(path, f"its SHA-256 is {identity[:12]}…, not {expected_id[:12]}… as announced")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(path, archive, identity, len(content), keys)
    except _DAMAGE as error:
        raise _refused(path, f"it is damaged or not a package ({error})") from error


def _read(path: Path, archive: zipfile.ZipFile, identity: str, size: int, keys: KeySet | None) -> Package:
    """The manifest first: no other file is unpacked before that is trusted, and lists all of them by their sizes."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    _check_entries(path, archive.infolist(), size)
    manifest_entry, signature_entry = (entries.pop(name, None) for name in (MANIFEST_FILE, SIGNATURE_FILE))
    if manifest_entry is None:
        raise _refused(path, f"it has no {MANIFEST_FILE}")
    manifest_bytes = _read_bounded(archive, manifest_entry)
    signature_bytes = None if signature_entry is None else _read_bounded(archive, signature_entry)
    claimed = _claimed_key(path, manifest_bytes, signature_bytes, keys)
    manifest = _manifest(path, manifest_bytes)
    _check_listed(path, manifest, {name: entry.file_size for name, entry in entries.items()})
    files = {}
    for name, entry in entries.items():
        files[name] = _read_bounded(archive, entry)
        if hashlib.sha256(files[name]).hexdigest() != manifest.files[name].sha256:
            raise _altered(path, name)
    verified, unchecked = (None, claimed) if keys is None else (claimed, None)
    return Package(identity, manifest, manifest_bytes, verified, files, unchecked)


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MAX_FILES:
        raise _refused(path, f"it holds {len(names)} files, more than the {MAX_FILES} allowed")
    if len(set(names)) != len(names):
        raise _refused(path, "it holds two files of the same name")
    for name in names:
        if not _NAME.fullmatch(name):
            raise _refused(path, f"it holds a file with the forbidden name {name[:80]!r}")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        raise _refused(path, f"it unpacks to {total} bytes, more than the {MAX_UNPACKED_BYTES} allowed")
    if total > max(_FREE_OF_RATIO, MAX_RATIO * size):
        raise _refused(path, f"it unpacks to {total} bytes, more than {MAX_RATIO} times its size")
    for entry in entries:
        # What other methods need to unpack is not bounded by what they unpack to.
        if entry.compress_type not in _COMPRESSIONS:
            raise _refused(path, f"its {entry.filename} is compressed in a way that packages do not use")
        if entry.filename in (MANIFEST_FILE, SIGNATURE_FILE) and entry.file_size > MAX_MANIFEST_BYTES:
            raise _refused(path, f"its {entry.filename} has {entry.file_size} bytes")


def _read_bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    # The stated size is the archive's word; a bomb lies about it. Never read past it.
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile(f"{entry.filename} is not as long as stated")
    return content


def _claimed_key(path: Path, manifest: bytes, signature: bytes | None, keys: KeySet | None) -> str | None:
    """The key that the signature names; verified where ``keys`` are given."""
    if signature is None:
        if keys is not None:
            raise PackageError(
                f"The package {path} is refused: it is an unsigned candidate.",
                "Approve it on the server, which signs it; to try a candidate on the command line use --trust.",
            )
        return None
    try:
        parsed = msgspec.json.decode(signature, type=Signature)
    except _NO_JSON as error:
        raise _refused(path, f"its {SIGNATURE_FILE} is not valid ({error})") from error
    if keys is not None:
        try:
            keys.verify(PACKAGE, manifest, parsed)
        except SignatureError as error:
            raise PackageError(f"The package {path} is refused: {error.cause}", error.remedy) from error
    return parsed.key_id


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        header = msgspec.json.decode(content, type=dict[str, msgspec.Raw])
        schema = msgspec.json.decode(header.get("schema", msgspec.Raw(b"null")), type=int)
        if schema > SCHEMA:
            raise PackageError(
                f"The package {path} is refused: it has schema {schema}, this Goodpart knows {SCHEMA}.",
                "Update Goodpart on this machine.",
            )
        manifest = msgspec.json.decode(content, type=Manifest)
    except _NO_JSON as error:
        raise _refused(path, f"its {MANIFEST_FILE} is not valid ({error})") from error
    if problem := problem_of(manifest):
        raise _refused(path, problem)
    return manifest


def _check_listed(path: Path, manifest: Manifest, sizes: dict[str, int]) -> None:
    """The manifest and the archive know the same files, of the same sizes."""
    if missing := set(manifest.files) - set(sizes):
        raise _refused(path, f"the file {min(missing)} is missing")
    if extra := set(sizes) - set(manifest.files):
        raise _refused(path, f"the file {min(extra)} is not listed in its manifest")
    for name, stored in manifest.files.items():
        if sizes[name] != stored.size:
            raise _altered(path, name)
    needed = [manifest.network.file, *(golden.file for golden in manifest.golden)]
    if manifest.reference is not None:
        needed.append(manifest.reference.file)
    for name in needed:
        if name not in sizes:
            raise _refused(path, f"the file {name} is missing")
    # A later version may add files, which an earlier one hands on when it signs.
    unknown = sum(size for name, size in sizes.items() if name not in manifest.named_files)
    if unknown > MAX_UNKNOWN_BYTES:
        raise _refused(path, f"{unknown} bytes of it are of no use, more than the {MAX_UNKNOWN_BYTES} allowed")


def _altered(path: Path, name: str) -> PackageError:
    return _refused(path, f"the file {name} was altered after the package was made")


def _refused(path: Path, reason: str) -> PackageError:
    return PackageError(f"The package {path} is refused: {reason}.", "Fetch it again or train the model again.")
