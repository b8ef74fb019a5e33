"""Which images leave a full store. Pure: rows in, contents out. Records are never evicted."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from goodpart.gateway.journal.rows import ImageRow
from goodpart.wire.verdicts import Verdict


@dataclass(frozen=True)
class Eviction:
    """``contents`` (SHA-256) may be deleted, in this order; ``missing_bytes`` are still needed after that."""

    contents: tuple[str, ...]
    missing_bytes: int


def choose_evictions(images: Sequence[ImageRow], uploaded: Set[str], bytes_to_free: int) -> Eviction:
    """The oldest uploaded images of good parts go first, then the oldest other uploaded ones.

    What the server does not have stays, whatever its verdict. ``images`` are oldest first. A content that several
    inspections share counts with the most valuable and the newest of them.
    """
    if bytes_to_free <= 0:
        return Eviction((), 0)
    candidates = [one for one in _contents(images) if one.sha256 in uploaded]
    chosen: list[str] = []
    missing = bytes_to_free
    for content in sorted(candidates, key=lambda one: (not one.good, one.newest)):
        if missing <= 0:
            break
        chosen.append(content.sha256)
        missing -= content.size_bytes
    return Eviction(tuple(chosen), max(missing, 0))


@dataclass(frozen=True)
class _Content:
    sha256: str
    size_bytes: int
    good: bool
    newest: int


def _contents(images: Iterable[ImageRow]) -> list[_Content]:
    by_content: dict[str, _Content] = {}
    for image in images:
        seen = by_content.get(image.sha256)
        by_content[image.sha256] = _Content(
            sha256=image.sha256,
            size_bytes=image.size_bytes,
            good=image.verdict is Verdict.GOOD and (seen is None or seen.good),
            newest=max(image.number, seen.newest if seen else 0),
        )
    return list(by_content.values())
