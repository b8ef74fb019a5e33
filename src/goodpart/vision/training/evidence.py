"""What labelled learning sees of every picture: backbone features, the anomaly models' word, and what people drew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.backbone import Backbone
from goodpart.vision.backbone.tensors import Tensors
from goodpart.vision.classifier.scoring import FLOOR
from goodpart.vision.classifier.views import sizes_of, taps_of, view_network
from goodpart.vision.detector.projection import Projection, fit_principal
from goodpart.vision.engine import Engine, LoadOptions, Precision, Use
from goodpart.vision.errors import FrameError, TrainingError
from goodpart.vision.frame import decode
from goodpart.vision.framing import Framing
from goodpart.vision.masks import read_marked
from goodpart.vision.threads import in_order
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.kept import KeptFeatures
from goodpart.vision.training.labelled import Evidence
from goodpart.vision.training.pictures import Intake, Picture, parts_of
from goodpart.vision.training.selection import Fitted
from goodpart.vision.training.taking import Taken

MOST_MARKED = 300
"""Masks of so many images are learned from: they are held in memory place by place."""
MOST_CHANNELS = 256
"""Places with more channels are projected to so many directions."""
_FITTED_ON = 16


def with_masks(taken: Taken, intake: Intake) -> Taken:
    """Without the masks that mark nothing: they would teach that a defect's own places are good.

    Raises `TrainingError`, naming the files, for a mask that cannot be read or has another size than its image.
    """
    bad = []
    for picture in taken.bad:
        if picture.image.mask is None or _marks_something(picture, picture.image.mask):
            bad.append(picture)
            continue
        intake.empty_masks.append(picture.image.name)
        bad.append(replace(picture, image=replace(picture.image, mask=None)))
    return replace(taken, bad=bad)


def _marks_something(picture: Picture, mask: bytes | Path) -> bool:
    try:
        marked = read_marked(mask, f"The mask of {picture.image.name}")
    except FrameError as error:
        raise TrainingError(error.cause, "Draw it again, or leave the mask out.") from error
    if marked.shape != picture.size:
        raise TrainingError(
            f"The mask of {picture.image.name} is {marked.shape[1]}×{marked.shape[0]}, its image "
            f"{picture.size[1]}×{picture.size[0]}.",
            "Draw the mask at the size of its image.",
        )
    return bool(marked.any())


def without_hidden(taken: Taken, framing: Framing, intake: Intake) -> Taken:
    """Without the labelled defects whose masks lie wholly where nothing is looked at: nobody can learn from them."""
    if not framing.view.regions:
        return taken
    shown = []
    for picture in taken.bad:
        if picture.image.mask is None or drawn_where_seen(picture.image, framing).any():
            shown.append(picture)
            continue
        cause = f"{picture.image.name} is labelled {picture.image.label} where nothing is looked at."
        intake.leave_out(picture, FrameError(cause, "Change the regions, or leave the label out."))
    return replace(taken, bad=shown)


def gather_evidence(
    best: Fitted,
    taken: Taken,
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    step: Callable[[int, int], None],
    kept: KeptFeatures | None = None,
) -> Evidence:
    """Run the backbone over every cross-fitted good picture and every labelled one."""
    pictures = [*taken.good, *taken.bad]
    types = tuple(sorted({picture.image.label for picture in taken.bad}))
    framing = best.cross.framing
    maps = [best.combination.map(*pair) for pair in (*best.cross.good, *best.bad)]
    masked = [index for index, picture in enumerate(pictures) if picture.image.mask and not picture.image.is_good]
    placed = set(range(len(taken.good))) | set(masked[:MOST_MARKED]) if masked else set()
    seen = look_at([picture.by_fit[best.fit] for picture in pictures], placed, backbone, engine, precision, step, kept)
    coverage: list[NDArray[np.float32] | None] = []
    for index, picture in enumerate(pictures):
        rows, columns = maps[index].shape
        if picture.image.is_good:
            coverage.append(np.zeros((rows, columns, len(types)), np.float32))
        elif index in placed:
            coverage.append(covered_by_type(picture.image, (rows, columns), types, framing))
        else:
            coverage.append(None)
    return Evidence(
        names=[picture.image.name for picture in pictures],
        types=types,
        kinds=np.array([0 if one.image.is_good else 1 + types.index(one.image.label) for one in pictures]),
        pooled=seen.pooled,
        log_scores=np.log(np.maximum([best.combination.score(framing.masked(one)) for one in maps], FLOOR)),
        log_heat=[np.log(np.maximum(one, FLOOR)) for one in maps],
        places=seen.places,
        projection=seen.projection,
        coverage=coverage,
        parts=parts_of(pictures),
        looked_at=[framing.looked_at(one.shape) for one in maps],
    )


@dataclass(frozen=True, eq=False)
class Seen:
    """``pooled`` (n, size); ``places`` (rows, columns, size) of those asked for, in ``projection`` if there is one."""

    pooled: NDArray[np.float32]
    places: list[NDArray[np.float16] | None]
    projection: Projection | None


def look_at(
    pixels: Sequence[NDArray[np.uint8]],
    placed: set[int],
    backbone: Backbone,
    engine: Engine,
    precision: Precision,
    step: Callable[[int, int], None],
    kept: KeptFeatures | None = None,
) -> Seen:
    """The features of network pictures; of those in ``placed`` at every place too."""
    options = LoadOptions(precision, taps_of(backbone, maps=bool(placed)), Use.THROUGHPUT)
    content = view_network(backbone, maps=bool(placed))
    network = engine.load(content, options)
    projection = None
    if placed and sizes_of(backbone)[1] > MOST_CHANNELS:
        every = max(1, len(placed) // _FITTED_ON)
        sample = [network.run(pixels[index])["places"][0] for index in sorted(placed)[::every]]
        flat = np.concatenate([one.reshape(-1, one.shape[-1])[::3] for one in sample])
        projection = fit_principal(flat, MOST_CHANNELS)

    beside = () if projection is None else (projection.mean, projection.axes)
    remembered = None if kept is None else kept.of(content, engine, precision, *beside)

    def seen(picture: NDArray[np.uint8]) -> Tensors:
        outputs = network.run(picture)
        if not placed:
            return {"pooled": outputs["pooled"][0]}
        places = outputs["places"][0]
        half = (places if projection is None else projection.apply(places)).astype(np.float16)
        return {"pooled": outputs["pooled"][0], "places": half}

    def look(index: int) -> tuple[NDArray[np.float32], NDArray[np.float16] | None]:
        picture = pixels[index]
        found = seen(picture) if remembered is None else remembered.outputs(picture, lambda: seen(picture))
        places = found["places"].astype(np.float16, copy=False) if index in placed else None
        return found["pooled"].astype(np.float32, copy=False), places

    found = list(in_order(look, range(len(pixels)), options.cores, lambda done: step(done, len(pixels))))
    return Seen(np.stack([pooled for pooled, _ in found]), [places for _, places in found], projection)


def covered_by_type(
    image: TrainingImage, size: tuple[int, int], types: tuple[str, ...], framing: Framing
) -> NDArray[np.float32]:
    """The share of every place (rows, columns, types) that the image's mask covers, under the image's own type.

    Places are those of what ``framing`` sees of the image.
    """
    mask = drawn_where_seen(image, framing)
    share = cv2.resize(np.asarray(mask, np.float32), (size[1], size[0]), interpolation=cv2.INTER_AREA)
    covered = np.zeros((*size, len(types)), np.float32)
    covered[:, :, types.index(image.label)] = share
    return covered


def drawn_where_seen(image: TrainingImage, framing: Framing) -> NDArray[np.bool_]:
    """The image's mask, brought to the excerpt that is looked at. Raises `FrameError`, `PartNotFoundError`."""
    assert image.mask is not None
    drawn = read_marked(image.mask, f"The mask of {image.name}")
    if framing.view.is_plain:
        return drawn
    return framing.see(decode(image.read(), image.name)).of_drawing(drawn)
