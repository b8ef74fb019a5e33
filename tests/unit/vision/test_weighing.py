"""What labels taught is weighed by the worst view of each picture: the picture itself, or one of its tiles."""

from dataclasses import replace

import numpy as np
import pytest

from goodpart.vision.classifier.model import DefectHead, TypeHead
from goodpart.vision.classifier.ridge import Linear
from goodpart.vision.threads import one_blas_thread
from goodpart.vision.training.telling import told_beyond
from goodpart.vision.training.weighing import BETTER_MAP, HeldOut, Learned, Taught, weigh_labels

GOOD, BAD, TILES = 30, 12, 5
NOTHING = Linear(np.zeros((1, 1)), np.zeros(1))


def held_out(*, tiles: int, found_by_classifier: bool = True) -> HeldOut:
    """Dents that are no stranger than good parts, which one tile of each bad picture shows to the classifier."""
    rng = np.random.default_rng(4)
    kinds = np.array([0] * GOOD + [1 + n % 2 for n in range(BAD)])
    columns = rng.normal(0, 1, (len(kinds), tiles, 2))
    likely = np.full((BAD, tiles, 2), 0.5)
    for number, kind in enumerate(kinds[GOOD:]):
        tile = int(rng.integers(tiles))
        if found_by_classifier:
            columns[GOOD + number, tile, 1] += 8
        likely[number, tile] = [0.9, 0.1] if kind == 1 else [0.1, 0.9]
    return HeldOut(
        names=[f"part {n}" for n in range(len(kinds))],
        types=("dent", "scratch"),
        kinds=kinds,
        parts=[None] * len(kinds),
        fold_of=np.arange(len(kinds)) % 3,
        views=np.full(len(kinds), tiles),
        columns=columns.reshape(-1, 2),
        likely=likely.reshape(-1, 2),
        heat_tops=columns[:GOOD, :, 0].max(axis=1),
        marked_tops=None,
        pixel_aurocs=None,
        n_masks=0,
    )


def weighed(held: HeldOut) -> Learned:
    return weigh_labels(Taught(TypeHead(NOTHING, 1.0), DefectHead(NOTHING), None), held)


@pytest.mark.parametrize("tiles", [1, TILES])
def test_one_tile_with_a_defect_makes_the_frame_bad(tiles: int) -> None:
    learned = weighed(held_out(tiles=tiles))
    assert learned.report.score_used
    assert learned.report.auroc_without < 0.7
    assert learned.report.auroc_with > 0.95
    assert len(learned.good_scores) == GOOD
    assert min(learned.bad_scores) > np.median(learned.good_scores)
    assert learned.report.type_accuracy == 1.0, "the type is that of the worst tile"


def test_what_no_tile_tells_leaves_the_scores_of_good_parts() -> None:
    held = held_out(tiles=TILES, found_by_classifier=False)
    learned = weighed(held)
    assert not learned.report.score_used
    alone = np.exp(held.columns[:, 0].reshape(-1, TILES).max(axis=1))
    np.testing.assert_array_equal([*learned.good_scores, *learned.bad_scores], alone)


def test_a_score_tells_more_only_where_it_knows_more() -> None:
    rng = np.random.default_rng(8)
    good, bad = rng.normal(0, 1, (2, 100)), rng.normal(1, 1, (2, 40))
    known = good[0].tolist(), bad[0].tolist()
    more = (good[0] + good[1]).tolist(), (bad[0] + bad[1]).tolist()
    assert told_beyond(known, more) > 3, "the second source is as good as the first"
    assert told_beyond(more, known) < 0.01, "the first alone says nothing that both together do not"
    assert told_beyond(known, known) < 0.01


def test_chance_rarely_tells_more() -> None:
    rng = np.random.default_rng(9)
    trials = [rng.normal(0, 1, (2, 60)) for _ in range(200)]
    with one_blas_thread():
        told = [told_beyond((a[:40].tolist(), a[40:].tolist()), (b[:40].tolist(), b[40:].tolist())) for a, b in trials]
    assert 0.01 < np.mean(np.array(told) > 1.64) < 0.1


def test_frames_of_different_sizes_have_a_worst_tile_each() -> None:
    held = replace(held_out(tiles=1), views=np.array([3, 1, 2]))
    assert held.worst(np.array([0.1, 0.5, 0.2, 0.0, 0.3, 0.4])).tolist() == [1, 3, 5]


@pytest.mark.parametrize(("margin", "shown"), [(BETTER_MAP, False), (0.001, True)])
def test_a_map_is_shown_where_it_marks_better_by_the_margin(margin: float, *, shown: bool) -> None:
    held = held_out(tiles=TILES)
    tops = np.linspace(-1, 1, GOOD)
    learned = weighed(replace(held, marked_tops=tops, pixel_aurocs=(0.993, 0.997), better_map=margin))
    assert learned.report.map_used is shown
    assert learned.labelled.heat_scale is not None
