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
from goodpart.vision.heatmap import overlay, smooth_heat
from goodpart.vision.inspector import Inspector, Look
from goodpart.vision.masks import read_marked
from goodpart.vision.verdict import Thresholds
from goodpart.wire.verdicts import Verdict

MOST_IN_A_GROUP = 12
LONGEST_SIDE = 448
QUALITY = 78
_PATCH_SIDE = 96
_OWN_HIGH = 0.6
"""How far from the usual value of a map to its highest a place is one of its high ones."""


@dataclass(frozen=True)
class Group:
    """Images for one heading; ``found`` is how many there are, of which the first dozen is shown.

    ``named`` are those that are not shown and that a person will ask for. ``none`` is said where there is no image.
    """

    title: str
    why: str
    none: str
    found: int
    shown: tuple[JudgedImage, ...]
    named: tuple[JudgedImage, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One image as data URIs: as it is, with its heat map, and what the model compared its strangest place with.

    An image that was not inspected is there only as it is.
    """

    judged: JudgedImage
    plain: str
    heat: str | None
    strangest: str | None
    nearest_good: str | None
    width: int
    height: int


def groups_of(found: Evaluation) -> list[Group]:
    """Misses, false alarms, what was not inspected, and the parts nearest to the other side of a threshold.

    The worst come first.
    """
    limits = found.thresholds
    missed = sorted((one for one in found.read if one.is_bad and one.verdict == "good"), key=lambda one: one.score)
    alarms = sorted((one for one in found.read if not one.is_bad and one.verdict == "bad"), key=_highest_first)
    told = {one.name for one in [*missed, *alarms]}
    rest = [one for one in found.read if one.name not in told]
    hard_good = sorted((one for one in rest if not one.is_bad), key=_highest_first)
    hard_bad = sorted((one for one in rest if one.is_bad), key=lambda one: one.score)
    groups = [
        _all_of(
            "Missed defects",
            f"Defects that scored below {limits.good_below:.3f} and would have passed.",
            f"No defect scored below {limits.good_below:.3f}.",
            missed,
        ),
        _all_of(
            "False alarms",
            f"Good parts that scored {limits.bad_above:.3f} or more, judged bad.",
            f"No good part scored {limits.bad_above:.3f} or more.",
            alarms,
        ),
    ]
    if found.no_reads:
        why = "The model did not look at these parts (no_read): they have no score and count in no other figure."
        groups.append(_all_of("Not inspected", why, "", found.no_reads))
    return [
        *groups,
        _hardest(
            "Hardest good parts",
            "The highest scores among the other good parts.",
            "No good part that was inspected is left.",
            hard_good,
        ),
        _hardest(
            "Hardest defects",
            "The lowest scores among the other defects.",
            "No defect that was inspected is left.",
            hard_bad,
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
    is_seen = look.verdict is not Verdict.NO_READ
    pair = explainer.nearest_good(frame) if explainer is not None and is_seen else None
    return Shown(
        judged,
        plain=data_uri(small.pixels),
        heat=data_uri(_heat(small, scale, look, mask)) if is_seen else None,
        strangest=data_uri(_patch(pair.strange)) if pair else None,
        nearest_good=data_uri(_patch(pair.good)) if pair else None,
        width=small.width,
        height=small.height,
    )


def _heat(small: Frame, scale: float, look: Look, mask: Path | None) -> NDArray[np.uint8]:
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
    drawn = smooth_heat(look.heat, (small.height, small.width))
    heat = overlay(small, replace(look, defects=boxes), colour_levels(drawn, look.thresholds))
    if mask is not None:
        draw_edge(heat, read_marked(mask, str(mask)))
    return heat


def colour_levels(heat: NDArray[np.float32], limits: Thresholds) -> tuple[float, float]:
    """Where colour starts and where it is strongest on a map as it is drawn.

    It starts at the threshold for good. On a missed defect nothing or little reaches that, which is the point: there
    colour starts between the usual place of this map and its highest, so that the map's own high places show.
    """
    usual, highest = float(np.median(heat)), float(heat.max())
    low = min(limits.good_below, usual + _OWN_HIGH * (highest - usual))
    return low, max(min(limits.bad_above, 1.5 * limits.good_below), 1.05 * low)


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


def _all_of(title: str, why: str, none: str, images: Sequence[JudgedImage]) -> Group:
    """A group that a person wants whole: what is not shown is named."""
    most = MOST_IN_A_GROUP
    return Group(title, why, none, len(images), tuple(images[:most]), tuple(images[most:]))


def _hardest(title: str, why: str, none: str, images: Sequence[JudgedImage]) -> Group:
    return Group(title, why, none, len(images), tuple(images[: MOST_IN_A_GROUP // 2]))


def _highest_first(one: JudgedImage) -> float:
    return -one.score
