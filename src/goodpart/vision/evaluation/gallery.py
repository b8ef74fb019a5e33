"""The images of a report: misses and false alarms first, then the hardest ones, each small and with its heat map."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from goodpart.vision.evaluation.evaluate import Evaluation, JudgedImage
from goodpart.vision.evaluation.folder import KnownImage
from goodpart.vision.explain import Explainer
from goodpart.vision.frame import Frame, read_frame
from goodpart.vision.heatmap import overlay
from goodpart.vision.inspector import Inspector, Look
from goodpart.vision.masks import read_marked
from goodpart.wire.verdicts import Verdict

MOST_IN_A_GROUP = 12
LONGEST_SIDE = 320
QUALITY = 78
_PATCH_SIDE = 96


@dataclass(frozen=True)
class Group:
    """Images for one heading; ``found`` is how many there are, of which the first dozen is shown.

    ``none`` is said where there is no such image.
    """

    title: str
    why: str
    none: str
    found: int
    shown: tuple[JudgedImage, ...]


@dataclass(frozen=True)
class Shown:
    """One image as data URIs: as it is, with its heat map, and what the model compared its strangest place with."""

    judged: JudgedImage
    plain: str
    heat: str
    strangest: str | None
    nearest_good: str | None
    width: int
    height: int


def groups_of(found: Evaluation) -> list[Group]:
    """Misses, false alarms, and the parts nearest to the other side of a threshold, the worst first."""
    limits = found.thresholds
    missed = sorted((one for one in found.images if one.is_bad and one.verdict == "good"), key=lambda one: one.score)
    alarms = sorted((one for one in found.images if not one.is_bad and one.verdict == "bad"), key=_highest_first)
    told = {one.name for one in [*missed, *alarms]}
    rest = [one for one in found.images if one.name not in told]
    hard_good = sorted((one for one in rest if not one.is_bad), key=_highest_first)
    hard_bad = sorted((one for one in rest if one.is_bad), key=lambda one: one.score)
    half = MOST_IN_A_GROUP // 2
    return [
        _group(
            "Missed defects",
            f"Defects that scored below {limits.good_below:.3f} and would have passed.",
            f"No defect scored below {limits.good_below:.3f}.",
            missed,
        ),
        _group(
            "False alarms",
            f"Good parts that scored {limits.bad_above:.3f} or more, judged bad.",
            f"No good part scored {limits.bad_above:.3f} or more.",
            alarms,
        ),
        _group(
            "Hardest good parts",
            "The highest scores among the other good parts.",
            "All good parts are false alarms.",
            hard_good,
            half,
        ),
        _group(
            "Hardest defects", "The lowest scores among the other defects.", "All defects were missed.", hard_bad, half
        ),
    ]


def show(
    groups: Sequence[Group],
    inspector: Inspector,
    images: Sequence[KnownImage],
    explainer: Explainer | None,
    step: Callable[[int, int], None],
) -> dict[str, Shown]:
    """The pictures of every image in ``groups`` by the image's name: looked at anew, so that none had to be kept."""
    by_name = {image.name: image for image in images}
    wanted = {one.name: one for group in groups for one in group.shown}
    shown = {}
    for number, (name, judged) in enumerate(wanted.items()):
        frame = read_frame(by_name[name].path)
        mask = by_name[name].mask if judged.is_bad else None
        shown[name] = _shown(judged, frame, inspector.inspect(frame), explainer, mask)
        step(number + 1, len(wanted))
    return shown


def _shown(judged: JudgedImage, frame: Frame, look: Look, explainer: Explainer | None, mask: Path | None) -> Shown:
    small, scale = _reduced(frame)
    boxes = [
        replace(
            d,
            x=round(d.x * scale),
            y=round(d.y * scale),
            w=max(1, round(d.w * scale)),
            h=max(1, round(d.h * scale)),
        )
        for d in look.defects
    ]
    is_seen = look.verdict is not Verdict.NO_READ
    pair = explainer.nearest_good(frame) if explainer is not None and is_seen else None
    heat = overlay(small, replace(look, defects=boxes), _levels(look))
    if mask is not None:
        draw_edge(heat, read_marked(mask, str(mask)))
    return Shown(
        judged,
        plain=data_uri(small.pixels),
        heat=data_uri(heat),
        strangest=data_uri(_patch(pair.strange)) if pair else None,
        nearest_good=data_uri(_patch(pair.good)) if pair else None,
        width=small.width,
        height=small.height,
    )


def _levels(look: Look) -> tuple[float, float]:
    """Colour from well below the threshold for good: on a missed defect nothing reached it, which is the point."""
    limit = look.thresholds.good_below
    low = min(0.65 * limit, 0.7 * float(look.heat.max()))
    return low, max(min(look.thresholds.bad_above, 1.5 * limit), 1.05 * low)


def draw_edge(picture: NDArray[np.uint8], marked: NDArray[np.bool_]) -> None:
    """Draw a white line round what was marked, with a black one round it so that it is seen on every ground."""
    height, width = picture.shape[:2]
    share = cv2.resize(marked.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    # Whatever it touches: a scratch may be thinner than a pixel of this small picture.
    touched = (share > 0).astype(np.uint8)
    grown = [cv2.dilate(touched, np.ones((2 * by + 1, 2 * by + 1), np.uint8)) > 0 for by in (1, 3, 4)]
    picture[grown[2] & ~grown[1]] = 0
    picture[grown[1] & ~grown[0]] = 255


def data_uri(pixels: NDArray[np.uint8]) -> str:
    """A picture as a JPEG inside a URI."""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise RuntimeError(f"the JPEG encoder refused a {pixels.shape} picture")
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode()


def _reduced(frame: Frame) -> tuple[Frame, float]:
    scale = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    if scale == 1.0:
        return frame, scale
    size = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    pixels = np.asarray(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Frame(pixels, frame.name), scale


def _patch(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(pixels, (_PATCH_SIDE, _PATCH_SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)


def _group(title: str, why: str, none: str, images: list[JudgedImage], most: int = MOST_IN_A_GROUP) -> Group:
    return Group(title, why, none, len(images), tuple(images[:most]))


def _highest_first(one: JudgedImage) -> float:
    return -one.score
