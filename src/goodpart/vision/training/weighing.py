"""Weighing what labels taught against what good parts alone teach, on pictures that no part of it has seen.

With few or contradictory labels the anomaly score and its map win, and the report says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from goodpart.vision.classifier.model import DefectHead, Labelled, PatchHead, ScoreHead, TypeHead
from goodpart.vision.classifier.ridge import balanced
from goodpart.vision.classifier.scale import Scale, scale_to, spread_of
from goodpart.vision.parts import one_a_part
from goodpart.vision.ranking import auroc
from goodpart.vision.training.report import LabelsReport, TypeConfusion
from goodpart.vision.training.telling import told_beyond

FEWEST_FOR_A_SCORE = 5
"""With fewer labelled defects their cross-validated AUROC says nothing."""
_CERTAINTY = 2.33
"""What labels tell beyond the anomaly score must be so many deviations from nothing: chance is in one of a hundred."""
BETTER_MAP = 0.005
"""The patch head's map is shown from so much more pixel AUROC on."""
_ROUNDS = 3
"""How often the worst view of each picture is found again; a picture of one view needs it once."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Taught:
    """The heads that labels gave, not yet weighed: types, any ``defect`` against none, and places where masks were."""

    types: TypeHead
    defect: DefectHead
    patches: PatchHead | None

    def unweighed(self) -> Labelled:
        """For a network that gives what each head says, before anyone knows how it counts."""
        score = ScoreHead(self.defect, np.ones(3), Scale(centre=0.0, gain=1.0))
        return Labelled(self.types, score, self.patches, map_is_shown=False, heat_scale=None)


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What models that have not seen a picture say of it; good pictures come first.

    ``kinds[i]`` is 0 for good, else 1 + the type's index in ``types``. A picture is looked at in one view or, in tiles,
    in several: ``views`` (pictures,) counts them, and the worst decides. ``columns`` (all views, 2 or 3) are the log
    anomaly score, the value of the classifier, and the top of the patch head's map, which must be known of all.
    ``likely`` (views of bad pictures, types) are probabilities. ``heat_tops`` and ``marked_tops`` (good pictures,) are
    the tops of the log anomaly map and of the patch head's. ``pixel_aurocs`` are of these two maps.
    """

    names: list[str]
    types: tuple[str, ...]
    kinds: NDArray[np.intp]
    parts: list[str | None]
    fold_of: NDArray[np.intp]
    views: NDArray[np.intp]
    columns: Floats
    likely: Floats
    heat_tops: Floats
    marked_tops: Floats | None
    pixel_aurocs: tuple[float, float] | None
    n_masks: int
    better_map: float = BETTER_MAP
    """How much higher the second of these has to be for that map to be shown."""

    @property
    def is_bad(self) -> NDArray[np.bool_]:
        """Which pictures are labelled as defects."""
        return self.kinds > 0

    def by_part(self, scores: Floats) -> tuple[list[float], list[float]]:
        """The ``scores`` of all pictures as one of each good part and one of each bad one, the worst of each."""
        good, bad = np.flatnonzero(~self.is_bad).tolist(), np.flatnonzero(self.is_bad).tolist()
        return (
            one_a_part(scores[good].tolist(), [self.parts[n] for n in good], max),
            one_a_part(scores[bad].tolist(), [self.parts[n] for n in bad], min),
        )

    def worst(self, values: Floats) -> NDArray[np.intp]:
        """The view of each picture with its highest value, of ``values`` (all views,); views are numbered through."""
        ends = np.cumsum(self.views)
        starts = ends - self.views
        return np.array([at + int(values[at:end].argmax()) for at, end in zip(starts, ends, strict=True)], np.intp)


@dataclass(frozen=True, eq=False)
class Learned:
    """What labels gave, with the scores of every picture by models that have not seen it."""

    labelled: Labelled
    report: LabelsReport
    good_scores: list[float]
    bad_scores: list[float]
    warnings: tuple[str, ...]


def weigh_labels(taught: Taught, held: HeldOut) -> Learned:
    """Keep of what was ``taught`` what helps. Needs a good and a bad picture."""
    shown = held.pixel_aurocs is not None and held.pixel_aurocs[1] > held.pixel_aurocs[0] + held.better_map
    head, scores, figures = _score_head(taught.defect, held)
    worst = held.worst(held.columns[:, 0])
    if head is None:
        scores = np.exp(held.columns[worst, 0])
    else:
        worst = held.worst(held.columns @ head.weights[: held.columns.shape[1]])
    likely = held.likely[worst[held.is_bad] - int(held.views[~held.is_bad].sum())]
    good, bad = scores[~held.is_bad], scores[held.is_bad]
    heat_scale = _heat_scale(held, good, shown=shown, is_scored=head is not None)
    labelled = Labelled(taught.types, head, taught.patches, shown, heat_scale)
    report = _report(held, likely, shown, head is not None, figures)
    return Learned(labelled, report, good.tolist(), bad.tolist(), tuple(_doubtful(held, likely)))


def _score_head(defect: DefectHead, held: HeldOut) -> tuple[ScoreHead | None, Floats, tuple[float, float]]:
    """The best combination, its cross-fitted scores, and the AUROCs of the anomaly score alone and of it."""
    anomaly = held.columns[held.worst(held.columns[:, 0]), 0]
    alone = auroc(*held.by_part(anomaly))
    best: tuple[float, Floats, int] | None = None
    for used in range(2, held.columns.shape[1] + 1):
        odds = _unseen_odds(held, np.ascontiguousarray(held.columns[:, :used]))
        reached = auroc(*held.by_part(odds))
        if best is None or reached > best[0]:
            best = reached, odds, used
    assert best is not None
    reached, odds, used = best
    pairs = held.by_part(anomaly), held.by_part(odds)
    enough = len(pairs[0][1]) >= FEWEST_FOR_A_SCORE
    if not enough or reached <= alone or told_beyond(*pairs) <= _CERTAINTY:
        return None, odds, (alone, reached)
    every = np.ones(len(odds), np.bool_)
    weights, bias = _weigh_worst(held, np.ascontiguousarray(held.columns[:, :used]), every)
    scale = scale_to(odds[~held.is_bad])
    moved = Scale(centre=scale.centre - bias, gain=scale.gain, unit=scale.unit)
    return ScoreHead(defect, np.append(weights, np.zeros(3 - used)), moved), scale.apply(odds), (alone, reached)


def _unseen_odds(held: HeldOut, inputs: Floats) -> Floats:
    """The log-odds of every picture, weighed without the pictures of its fold."""
    odds = np.empty(len(held.kinds))
    for fold in np.unique(held.fold_of).tolist():
        of_fold = held.fold_of == fold
        weights, bias = _weigh_worst(held, inputs, ~of_fold)
        of_views = np.full(len(inputs), -np.inf)
        looked_at = np.repeat(of_fold, held.views)
        of_views[looked_at] = inputs[looked_at] @ weights + bias
        odds[of_fold] = of_views[held.worst(of_views)[of_fold]]
    return odds


def _weigh_worst(held: HeldOut, inputs: Floats, kept: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights and bias from the worst view of each ``kept`` picture, found anew with the weights that follow from it.

    After Andrews, Tsochantaridis and Hofmann, "Support Vector Machines for Multiple-Instance Learning" (NIPS 2002).
    """
    worst = held.worst(inputs[:, 0])
    for _ in range(_ROUNDS):
        weights, bias = _weigh(inputs[worst[kept]], held.is_bad[kept])
        before, worst = worst, held.worst(inputs @ weights)
        if np.array_equal(before, worst):
            break
    return weights, bias


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


def _heat_scale(held: HeldOut, good: Floats, *, shown: bool, is_scored: bool) -> Scale | None:
    """The scale on which the pooled map of good parts lies as their scores do; None: it lies so already."""
    if not shown and not is_scored:
        return None
    values = held.marked_tops if shown else held.heat_tops
    assert values is not None
    unit, spread = spread_of(good)
    return scale_to(values, unit=unit, spread=spread)


def _report(held: HeldOut, likely: Floats, shown: bool, used: bool, figures: tuple[float, float]) -> LabelsReport:
    labels = held.kinds[held.is_bad] - 1
    guesses = likely.argmax(axis=1)
    rows = []
    for index, name in enumerate(held.types):
        counts = np.bincount(guesses[labels == index], minlength=len(held.types))
        rows.append(TypeConfusion(type=name, judged=dict(zip(held.types, counts.tolist(), strict=True))))
    accuracy = float((guesses == labels).mean()) if len(held.types) > 1 else None
    pixels = held.pixel_aurocs or (None, None)
    return LabelsReport(
        types=held.types,
        n_labelled=len(labels),
        n_masks=held.n_masks,
        score_used=used,
        auroc_without=figures[0],
        auroc_with=figures[1],
        map_used=shown,
        pixel_auroc_without=pixels[0],
        pixel_auroc_with=pixels[1],
        type_accuracy=accuracy,
        confusion=tuple(rows),
        why=_why(
            len(held.by_part(held.columns[held.worst(held.columns[:, 0]), 0])[1]),
            held.n_masks,
            used,
            figures,
            shown,
            pixels,
        ),
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
    defects = "1 labelled defect" if count == 1 else f"{count} labelled defects"
    if used:
        said = f"The score combines what good parts and {defects} teach: {told}."
    elif count < FEWEST_FOR_A_SCORE:
        said = (
            f"The score is that of good parts alone: {defects} {'is' if count == 1 else 'are'} too few to show a gain; "
            f"{FEWEST_FOR_A_SCORE} or more can."
        )
    else:
        said = f"The score is that of good parts alone: labels do not improve it beyond chance ({told})."
    if not masks or pixels[0] is None or pixels[1] is None:
        return said
    kept = "The map is learned from" if shown else "The map stays that of good parts, in spite of"
    drawn = "1 mask" if masks == 1 else f"{masks} masks"
    return f"{said} {kept} {drawn}: pixel AUROC {pixels[1]:.3f} against {pixels[0]:.3f} without."


def _doubtful(held: HeldOut, likely: Floats) -> list[str]:
    """Labels that a model without that picture contradicts plainly."""
    said = []
    names = [name for name, is_bad in zip(held.names, held.is_bad, strict=True) if is_bad]
    labels = held.kinds[held.is_bad] - 1
    counts = np.bincount(labels, minlength=len(held.types))
    for name, label, of_name in zip(names, labels.tolist(), likely, strict=True):
        guess = int(of_name.argmax())
        if counts[label] >= 3 and of_name[guess] > 0.8 and of_name[label] < 0.1:
            said.append(
                f"{name} is labelled {held.types[label]} but looks like {held.types[guess]} "
                f"({of_name[guess]:.0%}) to a model that has not seen it: check the label."
            )
    return said[:20]
