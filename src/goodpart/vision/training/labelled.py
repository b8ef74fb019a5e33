"""Learning from labelled defects: types, a better score, better maps. Each only where cross-validation says so.

The detector that knows good parts alone stays; what labels add is weighed against it on pictures that no part of the
weighing has seen. With few or contradictory labels it wins, and the report says so.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.model import DefectHead, TypeHead
from goodpart.vision.classifier.ridge import Linear, balanced, fit_ridge, least_shrunk
from goodpart.vision.detector.combination import Combination
from goodpart.vision.detector.projection import Projection
from goodpart.vision.parts import number_parts
from goodpart.vision.training.places import PlacesFit, fit_places, marked_auroc
from goodpart.vision.training.weighing import Floats, HeldOut, Learned, Taught, weigh_labels

FOLDS = 5
_SHARPNESSES = tuple(float(s) for s in np.geomspace(1, 64, 13))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Every picture, good ones first: what is seen in it, and what is known of it.

    ``kinds[i]`` is 0 for good, else 1 + the type's index in ``types``. ``pooled`` (n, size); ``log_scores`` (n,) and
    ``log_heat`` (rows, columns each) are of anomaly models that have not seen the picture; ``places`` (rows, columns,
    size each, of all good pictures and of marked ones; None: not looked at) and ``coverage`` (rows, columns, types
    each; None: nobody has drawn it). ``projection`` was applied to the places.
    """

    names: list[str]
    types: tuple[str, ...]
    kinds: NDArray[np.intp]
    pooled: NDArray[np.float32]
    log_scores: Floats
    log_heat: list[NDArray[np.float32]]
    places: list[NDArray[np.float16] | None]
    coverage: list[NDArray[np.float32] | None]
    projection: Projection | None = None
    parts: list[str | None] | None = None
    """Which part each picture shows; None: each another one."""
    looked_at: list[NDArray[np.bool_] | None] | None = None
    """Which places of each picture count; None is all."""

    def only(self, kept: NDArray[np.bool_]) -> "Evidence":
        """The ``kept`` (n,) pictures alone."""
        at = np.flatnonzero(kept).tolist()
        return replace(
            self,
            names=[self.names[n] for n in at],
            kinds=self.kinds[at],
            pooled=self.pooled[at],
            log_scores=self.log_scores[at],
            log_heat=[self.log_heat[n] for n in at],
            places=[self.places[n] for n in at],
            coverage=[self.coverage[n] for n in at],
            parts=None if self.parts is None else [self.parts[n] for n in at],
            looked_at=None if self.looked_at is None else [self.looked_at[n] for n in at],
        )

    def numbered_parts(self) -> NDArray[np.intp]:
        """A number for the part of each picture."""
        return number_parts(self.parts if self.parts is not None else [None] * len(self.kinds))

    def counted(self, index: int, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Those of a picture's ``values`` (rows, columns) that count, in any shape."""
        looked_at = self.looked_at[index] if self.looked_at is not None else None
        return np.ascontiguousarray(values if looked_at is None else values[looked_at])

    def marked(self, index: int) -> NDArray[np.float32] | None:
        """The coverage of a picture, NaN in places that do not count; None where nobody has drawn it."""
        coverage, looked_at = self.coverage[index], self.looked_at[index] if self.looked_at is not None else None
        if coverage is None or looked_at is None:
            return coverage
        return np.where(looked_at[:, :, None], coverage, np.float32(np.nan))


@dataclass(frozen=True, eq=False)
class TypesFit:
    """The type head, and the probabilities (n, types) of every picture without it."""

    head: TypeHead
    unseen: Floats


@dataclass(frozen=True, eq=False)
class DefectFit:
    """The head that tells bad from good, and its value (n,) for every picture without it."""

    head: DefectHead
    unseen: Floats


@dataclass(frozen=True, eq=False)
class Heads:
    """What labels taught, and what each head says of pictures that it was fitted without; None without a mask."""

    types: TypesFit
    defect: DefectFit
    places: PlacesFit | None
    fold_of: NDArray[np.intp]
    """Of each picture: places of its fold were left out together."""

    @property
    def taught(self) -> Taught:
        """The heads alone."""
        return Taught(self.types.head, self.defect.head, self.places.head if self.places is not None else None)


def fit_types(
    pooled: NDArray[np.float32], labels: NDArray[np.intp], count: int, parts: NDArray[np.intp] | None = None
) -> TypesFit:
    """Tell ``count`` types apart: pooled (n, size), labels (n,) of 0 to count - 1. Needs no good part.

    Strength and sharpness are those under which left-out pictures are likeliest what they are labelled. Pictures with
    the same number in ``parts`` (n,) are left out together.
    """
    if count == 1 or len(labels) < 2:
        nothing = Linear(np.zeros((pooled.shape[1], count)), np.zeros(count))
        return TypesFit(TypeHead(nothing, 1.0), np.full((len(labels), count), 1 / count))
    best: tuple[float, TypesFit] | None = None
    for fit in fit_ridge(pooled, np.eye(count)[labels], balanced(labels), parts=parts):
        for sharpness in _SHARPNESSES:
            head = TypeHead(fit.model, sharpness)
            unseen = head.probabilities(fit.unseen)
            likelihood = float(np.log(np.maximum(unseen[np.arange(len(labels)), labels], 1e-9)).mean())
            if best is None or likelihood > best[0]:
                best = likelihood, TypesFit(head, unseen)
    assert best is not None
    return best[1]


def fit_defect(
    pooled: NDArray[np.float32], kinds: NDArray[np.intp], count: int, parts: NDArray[np.intp] | None = None
) -> DefectFit:
    """Tell each of ``count`` types from good parts and the other types: pooled (n, size), kinds (n,), 0 for good.

    Every kind counts the same. Pictures with the same number in ``parts`` (n,) are left out together.
    """
    targets, weights = np.where(kinds[:, None] == np.arange(1, count + 1), 1.0, -1.0), balanced(kinds)
    fit = least_shrunk(fit_ridge(pooled, targets, weights, parts=parts), targets, weights)
    head = DefectHead(fit.model)
    return DefectFit(head, head.values(fit.unseen))


def learn_labels(evidence: Evidence, combination: Combination, seed: int) -> Learned:
    """Fit every head, cross-validate it, and keep those that help. Needs a good and a bad picture."""
    heads = fit_heads(evidence, seed)
    return weigh_labels(heads.taught, _held_out(evidence, heads, combination))


def fit_heads(evidence: Evidence, seed: int) -> Heads:
    """Fit every head that the evidence supports, and ask each of pictures that it was fitted without."""
    bad = evidence.kinds > 0
    parts = evidence.numbered_parts()
    types = fit_types(evidence.pooled[bad], evidence.kinds[bad] - 1, len(evidence.types), parts[bad])
    fold_of = stratified_folds(evidence.kinds, np.random.default_rng([seed, 6]), parts)
    places = _places(evidence, fold_of, np.random.default_rng([seed, 7]))
    defect = fit_defect(evidence.pooled, evidence.kinds, len(evidence.types), parts)
    return Heads(types, defect, places, fold_of)


def _held_out(evidence: Evidence, heads: Heads, combination: Combination) -> HeldOut:
    """Pictures that are looked at in one piece: what every head says of them without them."""
    bad, places = evidence.kinds > 0, heads.places
    columns = [evidence.log_scores, heads.defect.unseen]
    marked = (
        None
        if places is None
        else np.array([combination.score(evidence.counted(n, one[..., 0])) for n, one in enumerate(places.unseen)])
    )
    if marked is not None and len(marked) == len(bad):
        columns.append(marked)
    return HeldOut(
        names=evidence.names,
        types=evidence.types,
        kinds=evidence.kinds,
        parts=evidence.parts if evidence.parts is not None else [None] * len(bad),
        fold_of=heads.fold_of,
        views=np.ones(len(bad), np.intp),
        columns=np.stack(columns, axis=1),
        likely=heads.types.unseen,
        heat_tops=np.array(
            [combination.score(evidence.counted(n, evidence.log_heat[n])) for n in np.flatnonzero(~bad).tolist()]
        ),
        marked_tops=None if marked is None else marked[: int((~bad).sum())],
        pixel_aurocs=None if places is None else (_anomaly_pixel_auroc(evidence), places.pixel_auroc),
        n_masks=sum(one is not None for one, is_bad in zip(evidence.coverage, bad, strict=True) if is_bad),
    )


def stratified_folds(
    kinds: NDArray[np.intp], rng: np.random.Generator, parts: NDArray[np.intp] | None = None, folds: int = FOLDS
) -> NDArray[np.intp]:
    """A fold of ``folds`` for every picture, each kind spread evenly over them; pictures of one part are in one fold.

    ``parts`` are the numbers of their parts, from 0 on. A part is of the kind of its worst picture.
    """
    if parts is not None:
        of_parts = np.zeros(int(parts.max()) + 1, np.intp)
        np.maximum.at(of_parts, parts, kinds)
        return stratified_folds(of_parts, rng, folds=folds)[parts]
    fold_of = np.empty(len(kinds), np.intp)
    start = 0
    for kind in np.unique(kinds):
        of_kind = rng.permutation(np.flatnonzero(kinds == kind))
        fold_of[of_kind] = (np.arange(len(of_kind)) + start) % folds
        start += len(of_kind)
    return fold_of


def _places(evidence: Evidence, fold_of: NDArray[np.intp], rng: np.random.Generator) -> PlacesFit | None:
    """The patch head; None without a mask."""
    inside, coverage = _drawn(evidence)
    if not any(np.nan_to_num(one).any() for one in coverage if one is not None):
        return None
    features = [
        np.concatenate([one, heat[:, :, None].astype(np.float16)], axis=2)
        for one, heat in zip(evidence.places, evidence.log_heat, strict=True)
        if one is not None
    ]
    fit = fit_places(features, coverage, fold_of[inside], rng)
    if evidence.projection is None:
        return fit
    return replace(fit, head=replace(fit.head, model=_unprojected(fit.head.model, evidence.projection)))


def _drawn(evidence: Evidence) -> tuple[list[int], list[NDArray[np.float32] | None]]:
    """The pictures that are looked at place by place, and the coverage of each."""
    inside = [index for index, one in enumerate(evidence.places) if one is not None]
    return inside, [evidence.marked(index) for index in inside]


def _anomaly_pixel_auroc(evidence: Evidence) -> float:
    """How well the anomaly map alone marks what people drew."""
    known = [(index, one.max(axis=2)) for index, one in zip(*_drawn(evidence), strict=True) if one is not None]
    return marked_auroc([evidence.log_heat[index] for index, _ in known], [covered for _, covered in known])


def _unprojected(model: Linear, projection: Projection) -> Linear:
    """The same map of features before the projection; the log anomaly, last, was not projected."""
    of_places = projection.axes @ model.weights[:-1]
    return Linear(np.concatenate([of_places, model.weights[-1:]]), model.bias - projection.mean @ of_places)
