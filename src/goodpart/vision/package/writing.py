"""Writing packages: reproducible bytes, whole or absent."""

import hashlib
import io
import zipfile
from pathlib import Path

import msgspec

from goodpart.base.files import check_place, write_durably
from goodpart.base.storage import place_failure
from goodpart.trust.signatures import PACKAGE, Signer
from goodpart.vision.errors import PackageError
from goodpart.vision.package.manifest import MANIFEST_FILE, SIGNATURE_FILE, Manifest, StoredFile
from goodpart.vision.package.reading import read_package

_EPOCH = (1980, 1, 1, 0, 0, 0)


def stored_files(files: dict[str, bytes]) -> dict[str, StoredFile]:
    """The manifest's entry for every file."""
    return {
        name: StoredFile(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        for name, content in sorted(files.items())
    }


def check_out(out: Path) -> None:
    """Find out, before a training, that no package can be written to ``out``. Raises `PackageError`."""
    try:
        check_place(out)
    except OSError as error:
        raise _unwritten(out, error) from error


def write_candidate(out: Path, manifest: Manifest, files: dict[str, bytes]) -> str:
    """Write an unsigned package; returns its id. Raises `PackageError` when it cannot be written."""
    return _write(out, {MANIFEST_FILE: msgspec.json.encode(manifest), **files})


def sign_package(candidate: Path, signer: Signer, out: Path) -> str:
    """Write ``candidate`` with a signature over its manifest to ``out``; returns the signed package's id.

    The candidate is verified first. Raises `PackageError`.
    """
    package = read_package(candidate, keys=None)
    manifest = package.manifest_bytes
    signature = msgspec.json.encode(signer.sign(PACKAGE, manifest))
    return _write(out, {MANIFEST_FILE: manifest, SIGNATURE_FILE: signature, **package.files})


def _write(out: Path, files: dict[str, bytes]) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    content = buffer.getvalue()
    try:
        write_durably(out, content)
    except OSError as error:
        raise _unwritten(out, error) from error
    return hashlib.sha256(content).hexdigest()


def _unwritten(out: Path, error: OSError) -> PackageError:
    told = place_failure(out, error)
    return PackageError(f"The package {out} cannot be written: {told.cause}", told.remedy)
