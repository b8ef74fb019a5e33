"""What labels change is computed inside the network of a plain model, and after that of a model with regions."""

from dataclasses import replace

import numpy as np
import pytest

from goodpart.vision.backbone import load_backbone
from goodpart.vision.classifier.model import DefectHead, Labelled, PatchHead, ScoreHead, TypeHead, labelled_network
from goodpart.vision.classifier.ridge import Linear
from goodpart.vision.classifier.scale import Scale
from goodpart.vision.classifier.scoring import LabelledScoring, Scoring
from goodpart.vision.classifier.views import sizes_of
from goodpart.vision.detector.bank import MemoryBank
from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.detector.features import TAPS, channels_of, feature_network
from goodpart.vision.detector.model import Detector, scoring_network
from goodpart.vision.engine import LoadOptions, Outputs, Precision, open_engine
from goodpart.vision.errors import PackageError

BACKBONE = load_backbone("efficientnet-lite0")
PICTURE = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)


def detector(pooling: Pooling) -> Detector:
    bank = np.abs(np.random.default_rng(1).normal(0, 1, (20, channels_of(BACKBONE)))).astype(np.float32)
    combination = Combination(weight=0.0, pooling=pooling, bank_scale=4.0, gaussian_scale=1.0, top=3)
    return Detector(None, None, MemoryBank(bank), None, combination)


@pytest.mark.parametrize("sizes", [(), (4, 7, 9)], ids=["one set", "three sets"])
def test_the_network_asks_the_bank_what_training_asks_it(sizes: tuple[int, ...]) -> None:
    plain = detector(Pooling.TOP)
    bank = MemoryBank(plain.bank.patches, sizes)
    engine = open_engine()
    patches = engine.load(feature_network(BACKBONE, (2, 2)), LoadOptions(Precision.F32, TAPS)).run(PICTURE)["patches"]
    scoring = scoring_network(BACKBONE, replace(plain, bank=bank))
    heat = engine.load(scoring, LoadOptions(Precision.F32, TAPS)).run(PICTURE)["heat"]
    np.testing.assert_allclose(heat, bank.distances(patches[0]) / plain.combination.bank_scale, rtol=1e-3)


def labelled(*, map_is_shown: bool, top: float) -> Labelled:
    rng = np.random.default_rng(2)
    pooled, places = sizes_of(BACKBONE)
    return Labelled(
        TypeHead(Linear(rng.normal(0, 0.01, (pooled, 2)), np.zeros(2)), 2.0),
        ScoreHead(
            DefectHead(Linear(rng.normal(0, 0.01, (pooled, 2)), np.array([0.1, -0.2]))),
            np.array([0.7, 0.2, top]),
            Scale(centre=0.5, gain=0.3, unit=1.1),
        ),
        PatchHead(Linear(rng.normal(0, 0.01, (places + 1, 3)), np.zeros(3)), reach=3),
        map_is_shown,
        Scale(centre=0.2, gain=0.4, unit=0.9),
    )


def outputs_of(heads: Labelled, pooling: Pooling, *, is_scored_later: bool) -> Outputs:
    content, taps = labelled_network(BACKBONE, detector(pooling), heads, is_scored_later=is_scored_later)
    return open_engine().load(content, LoadOptions(Precision.F32, taps)).run(PICTURE)


@pytest.mark.parametrize("pooling", Pooling)
@pytest.mark.parametrize(("map_is_shown", "top"), [(True, 0.5), (False, 0.5), (False, 0.0)])
def test_both_ways_give_the_same(pooling: Pooling, *, map_is_shown: bool, top: float) -> None:
    heads = labelled(map_is_shown=map_is_shown, top=top)
    inside = outputs_of(heads, pooling, is_scored_later=False)
    outside = outputs_of(heads, pooling, is_scored_later=True)
    score, heat = Scoring(detector(pooling).combination, heads.scoring).judge(outside, None)
    assert score == pytest.approx(float(inside["score"][0]), rel=1e-4)
    assert np.ptp(heat) > 0.01
    np.testing.assert_allclose(heat, inside["heat"], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(outside["types"], inside["types"], atol=1e-5)


def test_places_that_do_not_count_change_nothing() -> None:
    outputs = outputs_of(labelled(map_is_shown=True, top=0.5), Pooling.TOP, is_scored_later=True)
    scoring = Scoring(detector(Pooling.TOP).combination, labelled(map_is_shown=True, top=0.5).scoring)
    looked_at = np.zeros(outputs["heat"].shape, np.bool_)
    looked_at[:, 3:9] = True
    expected = scoring.judge(outputs, looked_at)
    for name in ("heat", "marked"):
        outputs[name] = np.where(looked_at, outputs[name], np.float32(99))
    score, heat = scoring.judge(outputs, looked_at)
    assert score == expected[0]
    np.testing.assert_array_equal(heat, expected[1])
    assert not heat[~looked_at].any()


@pytest.mark.parametrize("missing", ["defect", "marked"])
def test_a_network_that_does_not_give_what_the_labels_need_is_named(missing: str) -> None:
    heads = labelled(map_is_shown=False, top=0.5)
    outputs = outputs_of(heads, Pooling.TOP, is_scored_later=True)
    del outputs[missing]
    with pytest.raises(PackageError, match=f"does not give '{missing}'"):
        Scoring(detector(Pooling.TOP).combination, heads.scoring).judge(outputs, None)


def test_without_labels_the_score_is_that_of_good_parts() -> None:
    outputs: Outputs = {"heat": np.array([[0.5, 2.0, 1.0]], np.float32)}
    score, heat = Scoring(detector(Pooling.MAXIMUM).combination).judge(outputs, None)
    assert (score, heat.max()) == (2.0, 2.0)
    assert LabelledScoring().outputs == set()
