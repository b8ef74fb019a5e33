"""Files out of a compressed tar that anyone may have made, in memory: nothing is ever unpacked to a disk.

Bounded in files and bytes, by what is really unpacked and not by what the archive says of itself.
"""

import tarfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from goodpart.vision.errors import BackboneError

MAX_FILES = 256
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_REMEDY = "Fetch the archive again; it must be the one that the package's author published."
_BLOCK = 1 << 20


def read_archive(content: bytes, name: str) -> dict[str, bytes]:
    """All regular files of the gzip-compressed tar ``content``, by their path in it.

    Raises `BackboneError` when it is damaged, too large, or holds a path that leads out of it, a link or a device.
    """
    try:
        with tarfile.open(fileobj=BytesIO(_decompressed(content, name)), mode="r:") as archive:
            found: dict[str, bytes] = {}
            for member in archive:
                if member.isdir():
                    continue
                path = PurePosixPath(member.name)
                if not member.isreg() or path.is_absolute() or ".." in path.parts or "\\" in member.name:
                    raise _refused(name, f"it holds {member.name[:80]!r}, which leads out of it or is no plain file")
                if member.name in found or len(found) == MAX_FILES:
                    raise _refused(name, f"it holds a file twice, or more than {MAX_FILES} files")
                file = archive.extractfile(member)
                assert file is not None
                found[member.name] = file.read()
                if len(found[member.name]) != member.size:
                    raise _refused(name, f"{member.name} in it is cut short")
            return found
    except (tarfile.TarError, ValueError, OSError, EOFError, OverflowError) as error:
        raise _refused(name, f"it is damaged or no archive ({error})") from error


def _decompressed(content: bytes, name: str) -> bytes:
    stream = zlib.decompressobj(wbits=31)  # gzip, with its checksum
    parts, total, rest = [], 0, content
    try:
        while not stream.eof:
            part = stream.decompress(rest, _BLOCK)
            rest = stream.unconsumed_tail
            total += len(part)
            if total > MAX_UNPACKED_BYTES:
                raise _refused(name, f"it unpacks to more than the {MAX_UNPACKED_BYTES} bytes allowed")
            if not part and not rest and not stream.eof:
                raise _refused(name, "it is cut short")
            parts.append(part)
    except zlib.error as error:
        raise _refused(name, f"it is damaged or no gzip file ({error})") from error
    return b"".join(parts)


def _refused(name: str, reason: str) -> BackboneError:
    return BackboneError(f"The archive {name} is refused: {reason}.", _REMEDY)
