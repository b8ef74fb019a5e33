"""Compiled networks kept between starts: a local cache whose damage must never reach a verdict.

An engine loads its compiled forms without a check of its own: with some bytes of one overturned it gave scores that
were not numbers, or wrong ones. So a network's forms lie in a folder named by its hash, beside a list of their hashes.
Whatever is not as listed is removed before the engine sees it, and is compiled again.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from goodpart.base.files import write_durably

_LIST = "sums.json"


@contextmanager
def intact_cache(folder: Path | None, network: bytes) -> Iterator[Path | None]:
    """A folder for the compiled forms of ``network``, whole or empty; list what is new in it at the end.

    None where no cache is wished or the disk does not allow one: then the network is compiled at every start.
    """
    if folder is None:
        yield None
        return
    own = folder / hashlib.sha256(network).hexdigest()[:32]
    try:
        own.mkdir(parents=True, exist_ok=True)
        _remove_damaged(own)
    except OSError:
        yield None
        return
    yield own
    with suppress(OSError):
        write_durably(own / _LIST, msgspec.json.encode(_sums(own)))


def _remove_damaged(folder: Path) -> None:
    try:
        listed = msgspec.json.decode((folder / _LIST).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError, UnicodeError):
        listed = {}
    for name, digest in _sums(folder).items():
        if listed.get(name) != digest:
            (folder / name).unlink(missing_ok=True)


def _sums(folder: Path) -> dict[str, str]:
    sums = {}
    for path in sorted(folder.iterdir()):
        if path.name != _LIST and path.is_file():
            sums[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return sums
