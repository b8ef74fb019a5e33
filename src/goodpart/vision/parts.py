"""Which images show one and the same part: several looks at it are no further evidence, and no new part either.

Scores and claims count parts, and whatever is validated leaves out whole parts. An image whose part is not known is a
part of its own.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray


def part_in(name: str, pattern: re.Pattern[str] | None) -> str | None:
    """The part that a file's ``name`` tells: what ``pattern`` finds in it (its first group, if it has one)."""
    match = pattern.search(name) if pattern is not None else None
    return match.group(1 if match.re.groups else 0) if match else None


def told_parts(parts: Sequence[str | None]) -> str:
    """One sentence on how many names of images told a part. Raises `ValueError` when none did."""
    named = sum(part is not None for part in parts)
    if not named:
        raise ValueError(f"it was found in none of {len(parts)} names")
    rest = "" if named == len(parts) else "; each of the others counts as a part of its own"
    different = len(set(parts) - {None})
    return f"found in {named} of {len(parts)} names, {different} {'part' if different == 1 else 'parts'}{rest}"


def number_parts(parts: Sequence[str | None]) -> NDArray[np.intp]:
    """A number for the part of each image, from 0 on in the order in which parts come."""
    known: dict[str | int, int] = {}
    return np.array(
        [known.setdefault(index if part is None else part, len(known)) for index, part in enumerate(parts)], np.intp
    )


def count_parts(parts: Sequence[str | None]) -> int:
    """How many different parts images show."""
    return sum(part is None for part in parts) + len({part for part in parts if part is not None})


def one_a_part(
    scores: Sequence[float], parts: Sequence[str | None], worst: Callable[[Sequence[float]], float]
) -> list[float]:
    """One score for each part, the ``worst`` of its images, in the order of `number_parts`.

    The worst is ``max`` for good parts, which are rejected for one bad look, and ``min`` for bad ones.
    """
    found: dict[int, list[float]] = {}
    for score, part in zip(scores, number_parts(parts).tolist(), strict=True):
        found.setdefault(part, []).append(score)
    return [worst(of_part) for of_part in found.values()]
