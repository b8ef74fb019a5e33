"""Learning from labelled defects: types, a better score, better maps. Each only where cross-validation says so.

The detector that knows good parts alone stays; what labels add is weighed against it on pictures that no part of the
weighing has seen. With few or contradictory labels it wins, and the report says so.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from goodpart.vision.classifier.model import Labelled, ScoreHead, TypeHead
from goodpart.vision.classifier.ridge import Linear, balanced, fit_ridge, least_shrunk
from goodpart.vision.classifier.scale import Scale, scale_to, spread_of
from goodpart.vision.detector.combination import Combination
from goodpart.vision.detector.projection import Projection
from goodpart.vision.parts import number_parts, one_a_part
from goodpart.vision.ranking import auroc, error_of_difference
from goodpart.vision.training.places import PlacesFit, fit_places, marked_auroc
from goodpart.vision.training.report import LabelsReport, TypeConfusion

FEWEST_FOR_A_SCORE = 5
"""With fewer labelled defects their cross-validated AUROC says nothing."""
FOLDS = 5
_SHARPNESSES = tuple(float(s) for s in np.geomspace(1, 64, 13))
_CERTAINTY = 1.64
"""Labels must improve the AUROC by so many standard errors: chance does in one of twenty."""
_BETTER_MAP = 0.005

Floats = NDArray[np.float64]


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

    def numbered_parts(self) -> NDArray[np.intp]:
        """A number for the part of each picture."""
        return number_parts(self.parts if self.parts is not None else [None] * len(self.kinds))

    def by_part(self, scores: Floats) -> tuple[list[float], list[float]]:
        """The ``scores`` of all pictures as one of each good part and one of each bad one, the worst of each."""
        parts = self.parts if self.parts is not None else [None] * len(self.kinds)
        good, bad = np.flatnonzero(self.kinds == 0).tolist(), np.flatnonzero(self.kinds > 0).tolist()
        return (
            one_a_part(scores[good].tolist(), [parts[n] for n in good], max),
            one_a_part(scores[bad].tolist(), [parts[n] for n in bad], min),
        )

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
class Learned:
    """What labels gave, with the scores of every picture by models that have not seen it."""

    labelled: Labelled
    report: LabelsReport
    good_scores: list[float]
    bad_scores: list[float]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TypesFit:
    """The type head, and the probabilities (n, types) of every picture without it."""

    head: TypeHead
    unseen: Floats


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


def learn_labels(evidence: Evidence, combination: Combination, seed: int) -> Learned:
    """Fit every head, cross-validate it, and keep those that help. Needs a good and a bad picture."""
    bad = evidence.kinds > 0
    parts = evidence.numbered_parts()
    types = fit_types(evidence.pooled[bad], evidence.kinds[bad] - 1, len(evidence.types), parts[bad])
    fold_of = stratified_folds(evidence.kinds, np.random.default_rng([seed, 6]), parts)
    places = _places(evidence, fold_of, np.random.default_rng([seed, 7]))
    shown = places is not None and places[0].pixel_auroc > places[1] + _BETTER_MAP
    complete = places is not None and len(places[0].unseen) == len(evidence.kinds)
    tops = _tops(evidence, combination, places[0]) if complete and places is not None else None
    head, scores, figures = _score_head(evidence, fold_of, tops)
    alone = np.exp(evidence.log_scores)
    final = alone if head is None else scores
    heat_scale = _heat_scale(evidence, combination, final[~bad], places[0] if shown and places else None, head)
    labelled = Labelled(types.head, head, places[0].head if places else None, shown, heat_scale)
    report = _report(evidence, types, places, shown, head is not None, figures)
    doubtful = tuple(_doubtful(evidence, types))
    return Learned(labelled, report, final[~bad].tolist(), final[bad].tolist(), doubtful)


def stratified_folds(
    kinds: NDArray[np.intp], rng: np.random.Generator, parts: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """A fold for every picture, each kind spread evenly over them; pictures of one part are in one fold.

    ``parts`` are the numbers of their parts, from 0 on. A part is of the kind of its worst picture.
    """
    if parts is not None:
        of_parts = np.zeros(int(parts.max()) + 1, np.intp)
        np.maximum.at(of_parts, parts, kinds)
        return stratified_folds(of_parts, rng)[parts]
    fold_of = np.empty(len(kinds), np.intp)
    start = 0
    for kind in np.unique(kinds):
        of_kind = rng.permutation(np.flatnonzero(kinds == kind))
        fold_of[of_kind] = (np.arange(len(of_kind)) + start) % FOLDS
        start += len(of_kind)
    return fold_of


def _places(evidence: Evidence, fold_of: NDArray[np.intp], rng: np.random.Generator) -> tuple[PlacesFit, float] | None:
    """The patch head with the pixel AUROC of the anomaly map beside it; None without a mask."""
    inside = [index for index, one in enumerate(evidence.places) if one is not None]
    coverage = [evidence.marked(index) for index in inside]
    covered = [np.zeros((1, 1)) if one is None else one.max(axis=2) for one in coverage]
    if not any(np.nan_to_num(one).any() for one in covered):
        return None
    features = [
        np.concatenate([one, heat[:, :, None].astype(np.float16)], axis=2)
        for one, heat in zip(evidence.places, evidence.log_heat, strict=True)
        if one is not None
    ]
    fit = fit_places(features, coverage, fold_of[inside], rng)
    if evidence.projection is not None:
        fit = replace(fit, head=replace(fit.head, model=_unprojected(fit.head.model, evidence.projection)))
    known = [index for index, one in enumerate(coverage) if one is not None]
    heat = [evidence.log_heat[inside[index]] for index in known]
    return fit, marked_auroc(heat, [covered[index] for index in known])


def _unprojected(model: Linear, projection: Projection) -> Linear:
    """The same map of features before the projection; the log anomaly, last, was not projected."""
    of_places = projection.axes @ model.weights[:-1]
    return Linear(np.concatenate([of_places, model.weights[-1:]]), model.bias - projection.mean @ of_places)


def _tops(evidence: Evidence, combination: Combination, places: PlacesFit) -> Floats:
    return np.array([combination.score(evidence.counted(n, one[..., 0])) for n, one in enumerate(places.unseen)])


def _score_head(
    evidence: Evidence, fold_of: NDArray[np.intp], tops: Floats | None
) -> tuple[ScoreHead | None, Floats, tuple[float, float]]:
    """The best combination, its cross-fitted scores, and the AUROCs of the anomaly score alone and of it."""
    bad = evidence.kinds > 0
    alone = auroc(*evidence.by_part(evidence.log_scores))
    targets, weights = np.where(bad, 1.0, -1.0)[:, None], balanced(bad.astype(np.intp))
    ridge = least_shrunk(
        fit_ridge(evidence.pooled, targets, weights, parts=evidence.numbered_parts()), targets, weights
    )
    columns = [evidence.log_scores, ridge.unseen[:, 0], *([] if tops is None else [tops])]
    best: tuple[float, Floats, int] | None = None
    for used in range(2, len(columns) + 1):
        inputs = np.stack(columns[:used], axis=1)
        odds = np.empty(len(bad))
        for fold in range(FOLDS):
            held = fold_of == fold
            if held.any():
                weights, bias = _weigh(inputs[~held], bad[~held])
                odds[held] = inputs[held] @ weights + bias
        reached = auroc(*evidence.by_part(odds))
        if best is None or reached > best[0]:
            best = reached, odds, used
    assert best is not None
    reached, odds, used = best
    pairs = [evidence.by_part(values) for values in (evidence.log_scores, odds)]
    enough = len(pairs[0][1]) >= FEWEST_FOR_A_SCORE
    if not enough or reached - alone <= _CERTAINTY * error_of_difference(*pairs):
        return None, odds, (alone, reached)
    weights, bias = _weigh(np.stack(columns[:used], axis=1), bad)
    scale = scale_to(odds[~bad])
    moved = Scale(centre=scale.centre - bias, gain=scale.gain, unit=scale.unit)
    head = ScoreHead(ridge.model, np.append(weights, np.zeros(3 - len(weights))), moved)
    return head, scale.apply(odds), (alone, reached)


def _weigh(inputs: Floats, bad: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights (inputs,), none negative, and bias of balanced log-odds: more anomalous is never less bad."""
    centre, scale = inputs.mean(axis=0), inputs.std(axis=0) + 1e-9
    x = (inputs - centre) / scale
    sign = np.where(bad, 1.0, -1.0)
    share = balanced(bad.astype(np.intp)) / len(bad)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margin = sign * (x @ parameters[:-1] + parameters[-1])
        slope = -share * sign / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float(share @ np.logaddexp(0, -margin)) + 0.005 * float(parameters[:-1] @ parameters[:-1])
        gradient = np.append(x.T @ slope + 0.01 * parameters[:-1], slope.sum())
        return value, gradient

    bounds = [(0.0, None)] * x.shape[1] + [(None, None)]
    found = minimize(loss, np.append(np.ones(x.shape[1]), 0.0), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[:-1] / scale
    return weights, float(found[-1] - centre @ weights)


def _heat_scale(
    evidence: Evidence, combination: Combination, good: Floats, places: PlacesFit | None, head: ScoreHead | None
) -> Scale | None:
    """The scale on which the pooled map of good parts lies as their scores do; None: it lies so already."""
    if places is None and head is None:
        return None
    count = int((evidence.kinds == 0).sum())
    shown = [one[..., 0] for one in places.unseen[:count]] if places is not None else evidence.log_heat[:count]
    unit, spread = spread_of(good)
    values = [combination.score(evidence.counted(index, one)) for index, one in enumerate(shown)]
    return scale_to(values, unit=unit, spread=spread)


def _report(
    evidence: Evidence,
    types: TypesFit,
    places: tuple[PlacesFit, float] | None,
    shown: bool,
    used: bool,
    figures: tuple[float, float],
) -> LabelsReport:
    labels = evidence.kinds[evidence.kinds > 0] - 1
    guesses = types.unseen.argmax(axis=1)
    rows = []
    for index, name in enumerate(evidence.types):
        counts = np.bincount(guesses[labels == index], minlength=len(evidence.types))
        rows.append(TypeConfusion(type=name, judged=dict(zip(evidence.types, counts.tolist(), strict=True))))
    masks = sum(one is not None for one, kind in zip(evidence.coverage, evidence.kinds, strict=True) if kind)
    accuracy = float((guesses == labels).mean()) if len(evidence.types) > 1 else None
    pixels = (places[1], places[0].pixel_auroc) if places is not None else (None, None)
    return LabelsReport(
        types=evidence.types,
        n_labelled=len(labels),
        n_masks=masks,
        score_used=used,
        auroc_without=figures[0],
        auroc_with=figures[1],
        map_used=shown,
        pixel_auroc_without=pixels[0],
        pixel_auroc_with=pixels[1],
        type_accuracy=accuracy,
        confusion=tuple(rows),
        why=_why(len(evidence.by_part(evidence.log_scores)[1]), masks, used, figures, shown, pixels),
    )


def _why(
    count: int,
    masks: int,
    used: bool,
    figures: tuple[float, float],
    shown: bool,
    pixels: tuple[float | None, float | None],
) -> str:
    told = f"AUROC {figures[1]:.3f} against {figures[0]:.3f} without labels, on parts that no model had seen"
    if used:
        said = f"The score combines what good parts and {count} labelled defects teach: {told}."
    elif count < FEWEST_FOR_A_SCORE:
        said = (
            f"The score is that of good parts alone: {count} labelled defects are too few to show that they help; "
            f"{FEWEST_FOR_A_SCORE} or more can."
        )
    else:
        said = f"The score is that of good parts alone: labels do not improve it beyond chance ({told})."
    if not masks or pixels[0] is None or pixels[1] is None:
        return said
    kept = "The map is learned from" if shown else "The map stays that of good parts, in spite of"
    return f"{said} {kept} {masks} masks: pixel AUROC {pixels[1]:.3f} against {pixels[0]:.3f} without."


def _doubtful(evidence: Evidence, types: TypesFit) -> list[str]:
    """Labels that a model without that picture contradicts plainly."""
    said = []
    names = [name for name, kind in zip(evidence.names, evidence.kinds, strict=True) if kind]
    labels = evidence.kinds[evidence.kinds > 0] - 1
    counts = np.bincount(labels, minlength=len(evidence.types))
    for name, label, likely in zip(names, labels.tolist(), types.unseen, strict=True):
        guess = int(likely.argmax())
        if counts[label] >= 3 and likely[guess] > 0.8 and likely[label] < 0.1:
            said.append(
                f"{name} is labelled {evidence.types[label]} but looks like {evidence.types[guess]} "
                f"({likely[guess]:.0%}) to a model that has not seen it: check the label."
            )
    return said[:20]
