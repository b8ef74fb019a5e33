"""From a learned detector to a candidate package: network, golden pictures, thresholds for every precision."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.classifier.model import Labelled, labelled_network
from goodpart.vision.classifier.scoring import Scoring
from goodpart.vision.detector.features import TAPS
from goodpart.vision.detector.model import Detector, scoring_network
from goodpart.vision.engine import Engine, LoadOptions, Network, Precision
from goodpart.vision.frame import Frame, decode
from goodpart.vision.framing import Framing
from goodpart.vision.package import GoldenImage
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.threads import in_order
from goodpart.vision.training.pictures import Picture
from goodpart.vision.verdict import Thresholds

TOLERANCE = 0.01
"""Scores on other machines and engines differ in the fifth digit; a wrong network differs in the first."""
_LARGEST_ORIGINAL = 400_000
_CALIBRATED_ON = 16
FEW_DRAWN = 24
"""Drawn defects that are enough to calibrate on: most of them have the usual size."""


@dataclass(frozen=True, eq=False)
class PackedNetwork:
    """The network's bytes and, loaded, in every precision that this machine computes in, the fastest first."""

    content: bytes
    taps: tuple[str, ...]
    loaded: dict[Precision, Network]
    framing: Framing
    scoring: Scoring

    def score(self, picture: NDArray[np.uint8], precision: Precision) -> float:
        """The score of a network picture."""
        outputs = self.loaded[precision].run(picture)
        if self.framing.view.is_plain:
            return float(outputs["score"][0])
        return self.framing.score_seen(outputs, self.scoring)

    def score_frame(self, frame: Frame, preprocessing: Preprocessing, precision: Precision) -> float:
        """The score of a whole frame."""
        if self.framing.view.is_plain:
            return self.score(preprocessing.apply(frame), precision)
        return self.framing.look(frame, self.loaded[precision].run, preprocessing, self.scoring).score


def pack_network(
    backbone: Backbone, detector: Detector, engine: Engine, framing: Framing, labelled: Labelled | None = None
) -> PackedNetwork:
    """Write the network and load it as a gateway will."""
    taps: tuple[str, ...] = TAPS
    if labelled is None:
        content = scoring_network(backbone, detector)
    else:
        content, taps = labelled_network(backbone, detector, labelled, is_scored_later=not framing.view.is_plain)
    precisions = engine.precisions()
    with ThreadPoolExecutor(len(precisions)) as pool:  # loading one leaves cores idle
        networks = pool.map(lambda precision: engine.load(content, LoadOptions(precision, taps)), precisions)
        loaded = dict(zip(precisions, networks, strict=True))
    scoring = Scoring(detector.combination, labelled.scoring if labelled is not None else None)
    return PackedNetwork(content, taps, loaded, framing, scoring)


def thresholds_by_precision(
    network: PackedNetwork, trained_in: Precision, thresholds: Thresholds, pictures: list[NDArray[np.uint8]]
) -> dict[str, Thresholds]:
    """The same thresholds in the scores of every precision, by the ratio of scores on pictures it has not learned.

    Pictures it has learned will not do: the distance of a patch to itself is nothing but rounding.
    """
    # Of one size: an engine prepares itself for every new one, and the ratio does not depend on it.
    usual, _ = Counter(picture.shape for picture in pictures).most_common(1)[0]
    of_usual_size = [picture for picture in pictures if picture.shape == usual]
    some = of_usual_size[:: max(1, len(of_usual_size) // _CALIBRATED_ON)]
    asked = [(precision, index) for index in range(len(some)) for precision in network.loaded]
    scores = in_order(lambda one: network.score(some[one[1]], one[0]), asked, len(network.loaded))
    scored = dict(zip(asked, scores, strict=True))
    base = [scored[trained_in, index] for index in range(len(some))]
    found = {}
    for precision in network.loaded:
        if precision is trained_in:
            found[precision.value] = thresholds
            continue
        other = [scored[precision, index] for index in range(len(some))]
        ratio = float(np.median(np.array(other) / np.maximum(base, 1e-9)))
        found[precision.value] = Thresholds(
            good_below=thresholds.good_below * ratio, bad_above=thresholds.bad_above * ratio
        )
    return found


def golden_pictures(
    network: PackedNetwork,
    preprocessing: Preprocessing,
    good: list[Picture],
    scores: list[float],
    synthetic: list[NDArray[np.uint8]],
    count: int,
) -> tuple[list[GoldenImage], dict[str, bytes]]:
    """Good pictures from the plainest to the strangest, and two with drawn defects, with their scores."""
    order = np.argsort(scores)
    chosen = sorted({int(order[round(at)]) for at in np.linspace(0, len(order) - 1, min(count, len(order)))})
    framing = network.framing
    content = [
        (f"golden/good-{n:02d}", "good", _original(good[i], preprocessing.fit, framing)) for n, i in enumerate(chosen)
    ]
    for number, index in enumerate((len(synthetic) // 2, len(synthetic) - 1)):
        content.append(
            (f"golden/drawn-{number:02d}", "drawn_defect", (".png", _png(synthetic[index]), not framing.view.is_plain))
        )
    names = [stem + suffix for stem, _, (suffix, _, _) in content]
    frames = [decode(data, name) for name, (_, _, (_, data, _)) in zip(names, content, strict=True)]

    def score(asked: tuple[int, Precision]) -> float:
        index, precision = asked
        if content[index][2][2]:
            return network.score(frames[index].pixels, precision)
        return network.score_frame(frames[index], preprocessing, precision)

    # An engine prepares itself for every new size on one core, so precisions are asked side by side.
    asked = [(index, precision) for index in range(len(content)) for precision in network.loaded]
    found = dict(zip(asked, in_order(score, asked, len(network.loaded)), strict=True))
    golden = [
        GoldenImage(
            file=names[index],
            label=label,
            scores={precision.value: found[index, precision] for precision in network.loaded},
            seen=seen,
        )
        for index, (_, label, (_, _, seen)) in enumerate(content)
    ]
    return golden, {name: data for name, (_, _, (_, data, _)) in zip(names, content, strict=True)}


def _original(picture: Picture, fit: Fit, framing: Framing) -> tuple[str, bytes, bool]:
    """The file as it was, so that decoding and framing are proven too; a large one as the network sees it, or a tile.

    The last value says whether it went through the framing already.
    """
    data = picture.image.read()
    if len(data) <= _LARGEST_ORIGINAL:
        if data.startswith(b"\xff\xd8"):
            return ".jpg", data, False
        if data.startswith(b"\x89PNG"):
            return ".png", data, False
    if framing.view.tiling is None:
        return ".png", _png(picture.by_fit[fit]), not framing.view.is_plain
    tiles = framing.tiles(framing.see(decode(data, picture.image.name)))
    return ".png", _png(tiles.picture(tiles.corners[len(tiles.corners) // 2])), True


def _png(pixels: NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".png", pixels)
    if not done:
        raise RuntimeError("the PNG encoder refused a network picture")
    return bytes(data.tobytes())
