"""Defects drawn into pictures of good parts, to choose between detectors when no real defect is known yet.

They rank detectors; they prove nothing about escapes and never enter a threshold. Strength is graded, so that some are
hard to see: a set of obvious defects would rate every detector the same. Every kind is drawn equally often and in every
strength, into good pictures in turn, so that chance decides as little as possible. They are drawn into the frame before
it is resized, so that ways of fitting it are compared on the same defects.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.frame import Frame, decode
from goodpart.vision.framing import Excerpt, Framing
from goodpart.vision.preprocessing import Fit, Preprocessing, halved
from goodpart.vision.threads import in_order
from goodpart.vision.training.flaws import KINDS, Kind, Picture
from goodpart.vision.training.images import TrainingImage

_ATTEMPTS = 20


@dataclass(frozen=True, eq=False)
class DrawnDefect:
    """A good picture with a defect, at the network's size; ``source`` is the good picture's number."""

    source: int
    by_fit: dict[Fit, Picture]


def draw_defects(
    images: Sequence[TrainingImage],
    fits: Sequence[Fit],
    side: int,
    *,
    count: int,
    seed: int,
    workers: int,
    framing: Framing,
    step: Callable[[int], None],
) -> list[DrawnDefect]:
    """``count`` defects of growing strength, each in one of the good ``images``, the same whatever the fits.

    They are drawn where the framing looks.
    """
    order = np.random.default_rng([seed, 6]).permutation(len(images))

    def seen(number: int) -> Excerpt:
        return framing.see(decode(images[number].read(), images[number].name))

    def draw(number: int) -> DrawnDefect:
        rng = np.random.default_rng([seed, number])
        source, donor = int(order[number % len(order)]), int(order[int(rng.integers(len(order)))])
        strength = 0.05 + 0.95 * number / max(1, count - 1)
        excerpt = seen(source)
        picture = _reduced(excerpt.frame, side)
        other = _reduced(seen(donor).frame, side) if donor != source else picture
        flawed = draw_where_seen(picture, other, strength, rng, excerpt.looked_at, KINDS[number % len(KINDS)])
        frame = Frame(flawed, images[source].name)
        return DrawnDefect(source, {fit: Preprocessing(fit=fit, side=side).apply(frame) for fit in fits})

    return list(in_order(draw, range(count), workers, step))


def draw_where_seen(
    picture: Picture,
    donor: Picture,
    strength: float,
    rng: np.random.Generator,
    looked_at: NDArray[np.bool_] | None,
    kind: Kind | None = None,
) -> Picture:
    """As `draw_defect`, leaving what is not ``looked_at`` (a mask of any size; None is all) as it is.

    Most of the defect lies where it can be seen, if one of a few attempts does so.
    """
    if looked_at is None:
        return draw_defect(picture, donor, strength, rng, kind)
    shown = cv2.resize(looked_at.astype(np.uint8), picture.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
    for _ in range(_ATTEMPTS):
        drawn = draw_defect(picture, donor, strength, rng, kind)
        changed = (drawn != picture).any(axis=2)
        drawn[~shown] = picture[~shown]
        if 2 * (changed & shown).sum() > changed.sum():
            break
    return drawn


def draw_defect(
    picture: Picture, donor: Picture, strength: float, rng: np.random.Generator, kind: Kind | None = None
) -> Picture:
    """A copy of ``picture`` (height, width, 3) with one defect, of a random kind unless one is given.

    ``donor`` is another good picture to take foreign texture from; ``strength`` is 0 (barely there) to 1 (plain).
    """
    chosen = kind or KINDS[int(rng.integers(len(KINDS)))]
    same_size = donor if donor.shape == picture.shape else cv2.resize(donor, picture.shape[1::-1])
    return chosen(picture, np.asarray(same_size, np.uint8), strength, rng)


def _reduced(frame: Frame, side: int) -> Picture:
    """Half as large as long as it stays twice the network's size: drawing on more pixels shows nothing more."""
    height, width = Preprocessing(fit=Fit.ASPECT, side=2 * side).size(frame.height, frame.width)
    return halved(frame.pixels, height, width)
