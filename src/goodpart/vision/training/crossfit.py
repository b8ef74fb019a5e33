"""Scoring good pictures with models that have not seen them, and choosing the combination that separates best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.detector.combination import Combination, Pooling, mean_of_top, top_count
from goodpart.vision.detector.gaussian import PositionGaussian, PositionMoments
from goodpart.vision.framing import Framing
from goodpart.vision.parts import count_parts, number_parts, one_a_part
from goodpart.vision.ranking import auroc, error_of_difference
from goodpart.vision.threads import in_order
from goodpart.vision.training.banks import KnownBank
from goodpart.vision.training.extraction import Features

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_FOR_GAUSSIAN = 12
"""With fewer parts no share of the Gaussian is tried: what it says of a part left out is not what it says of the next
one."""
LEVEL_FRACTION = 0.01
SOME, MANY = 40, 100
"""From so many parts on the position Gaussian gets a quarter, and half, of the weight unless defects say otherwise."""

_TOGETHER = 16

Maps = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class CrossFit:
    """``good`` are the maps of the good pictures, each by detectors that have not learned it."""

    good: list[Maps]
    bank_scale: float
    gaussian_scale: float
    top: int
    framing: Framing
    parts: Sequence[str | None] | None = None
    """Which part each picture shows; None: each another one."""

    def combination(self, weight: float, pooling: Pooling) -> Combination:
        """The two detectors averaged with that weight, in units of good parts."""
        return Combination(
            weight=weight,
            pooling=pooling,
            bank_scale=self.bank_scale,
            gaussian_scale=self.gaussian_scale,
            top=self.top,
        )

    def scores(self, combination: Combination, maps: Sequence[Maps]) -> list[float]:
        """The score of every picture, of the places that are looked at."""
        return [combination.score(one) for one in self.averaged(combination, maps)]

    def averaged(self, combination: Combination, maps: Sequence[Maps]) -> list[NDArray[np.float32]]:
        """Both maps of every picture as one, zero in places that are not looked at. How it is pooled plays no part."""
        return [self.framing.masked(combination.map(bank, gaussian)) for bank, gaussian in maps]


@dataclass(frozen=True, eq=False)
class Unseen:
    """Bank and Gaussian of all ``features`` and maybe of others, to be asked as if they had not learned a part.

    ``parts`` says which part each picture shows; ``learned`` counts all pictures in the Gaussian.
    """

    features: Sequence[Features]
    parts: Sequence[str | None]
    bank: KnownBank
    gaussian: PositionGaussian
    learned: int

    @cached_property
    def _together(self) -> list[list[int]]:
        """For each picture all that show its part."""
        numbers = number_parts(self.parts).tolist()
        members: dict[int, list[int]] = {}
        for index, part in enumerate(numbers):
            members.setdefault(part, []).append(index)
        return [members[part] for part in numbers]

    def maps(
        self,
        pictures: Sequence[Features],
        sources: Sequence[int | None],
        workers: int,
        step: Callable[[int], None],
    ) -> list[Maps]:
        """The bank's map (rows, columns) and the Gaussian's (grid) of every picture, without its source if it has one.

        A source is the number of the learned picture that it is, was drawn into, or shows the part of: no picture of
        that part is asked.
        """
        kinds: list[list[int]] = [[], [], []]
        for index, source in enumerate(sources):
            kinds[1 if source is None else 0 if len(self._together[source]) == 1 else 2].append(index)
        # A Gaussian reads megabytes of factors: several pictures at a time share that.
        some = [
            indices[at : at + each]
            for indices, each in zip(kinds, (_TOGETHER, _TOGETHER, 1), strict=True)
            for at in range(0, len(indices), each)
        ]
        found: dict[int, Maps] = {}
        told = in_order(lambda indices: self._some(pictures, sources, indices), some, workers, lambda _done: None)
        for indices, maps in zip(some, told, strict=True):
            found.update(zip(indices, maps, strict=True))
            step(len(found))
        return [found[index] for index in range(len(pictures))]

    def _some(self, pictures: Sequence[Features], sources: Sequence[int | None], indices: list[int]) -> list[Maps]:
        places = np.stack([pictures[index].places for index in indices])
        left_out = [[] if (source := sources[index]) is None else self._together[source] for index in indices]
        if not left_out[0]:
            at_places = self.gaussian.distances(places)
        elif len(left_out[0]) > 1:
            of_part = np.stack([self.features[one].places for one in left_out[0]])
            at_places = self.gaussian.distances_without_part(places, self.learned, of_part)
        elif all(self.features[one] is pictures[index] for index, (one,) in zip(indices, left_out, strict=True)):
            at_places = self.gaussian.distances_left_out(places, self.learned)
        else:
            of_learned = np.stack([self.features[one].places for (one,) in left_out])
            at_places = self.gaussian.distances_left_out(places, self.learned, of_learned)
        maps = []
        for index, gone, of_places in zip(indices, left_out, at_places, strict=True):
            bank = self.bank.without(*gone) if gone else self.bank.bank
            maps.append((bank.distances(pictures[index].patches), of_places))
        return maps


def cross_fit(unseen: Unseen, workers: int, framing: Framing, step: Callable[[int], None]) -> CrossFit:
    """Map every picture as if its part had not been learned. Needs two parts or more."""
    maps = unseen.maps(unseen.features, range(len(unseen.features)), workers, step)
    top = top_count(int(np.median([framing.places(bank.shape) for bank, _ in maps])))
    levels = [(_level(bank, framing), _level(gaussian, framing)) for bank, gaussian in maps]
    # Identical places everywhere (a synthetic picture, a covered lens) would otherwise divide by zero.
    bank_scale, gaussian_scale = (max(float(level), 1e-6) for level in np.mean(levels, axis=0))
    return CrossFit(maps, bank_scale, gaussian_scale, top, framing, unseen.parts)


def _level(one: NDArray[np.float32], framing: Framing) -> float:
    """How strange a good picture is at its strangest hundredth: wide enough to compare maps of any size."""
    return mean_of_top(framing.masked(one), top_count(framing.places(one.shape), LEVEL_FRACTION))


def moments_of(features: Sequence[Features]) -> PositionMoments:
    """The sums over all pictures, a few dozen at a time."""
    moments = PositionMoments(*features[0].places.shape)
    for start in range(0, len(features), 64):
        moments.add(np.stack([one.places for one in features[start : start + 64]]))
    return moments


def choose(
    fit: CrossFit, bad: Sequence[Maps], bad_parts: Sequence[str | None] | None = None
) -> list[tuple[float, Combination]]:
    """Every combination with its AUROC of the good parts against the ``bad``, the chosen one first.

    A part counts once, at its worst picture; without ``bad_parts`` each bad picture is another one.

    Of those that are no more than one standard error of the difference below the best (Breiman et al., "Classification
    and Regression Trees", 1984, section 3.4.3) the one nearest to what the number of parts suggests is chosen, so
    that chance in a hundred defects moves nothing.
    """
    parts = fit.parts if fit.parts is not None else [None] * len(fit.good)
    others = bad_parts if bad_parts is not None else [None] * len(bad)
    count = count_parts(parts)
    usual = usual_weight(count)
    found = []
    weights = WEIGHTS if count >= LEAST_FOR_GAUSSIAN else (usual,)
    for weight in sorted(weights, key=lambda weight: abs(weight - usual)):
        combinations = [fit.combination(weight, pooling) for pooling in (Pooling.TOP, Pooling.MAXIMUM)]
        good_maps, bad_maps = (fit.averaged(combinations[0], maps) for maps in (fit.good, bad))
        for combination in combinations:
            pair = (
                one_a_part([combination.score(one) for one in good_maps], parts, max),
                one_a_part([combination.score(one) for one in bad_maps], others, min),
            )
            found.append((auroc(*pair), combination, pair))
    best, _, of_best = max(found, key=lambda one: one[0])
    chosen = next(one for one in found if one[0] >= best - error_of_difference(one[2], of_best))
    rest = sorted((one for one in found if one is not chosen), key=lambda one: -one[0])
    return [(value, combination) for value, combination, _ in (chosen, *rest)]


def usual_weight(parts: int) -> float:
    """The Gaussian's share that so many parts suggest: few show how parts look, not how each place of them varies."""
    if parts < SOME:
        return 0.0
    return 0.25 if parts < MANY else 0.5
