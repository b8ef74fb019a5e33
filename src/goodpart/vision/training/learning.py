"""The final fit: on the cross-fitted pictures and, in a stream, on any number of others."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from goodpart.vision.detector.bank import PREFILTER
from goodpart.vision.detector.gaussian import PositionGaussian
from goodpart.vision.detector.model import Detector
from goodpart.vision.errors import FrameError
from goodpart.vision.framing import Framing
from goodpart.vision.progress import Course
from goodpart.vision.threads import in_order
from goodpart.vision.training.banks import KnownBank, bank_rng, known_bank, sample_patches
from goodpart.vision.training.crossfit import moments_of
from goodpart.vision.training.extraction import Features
from goodpart.vision.training.images import TrainingImage
from goodpart.vision.training.pictures import Intake, Picture, load_picture
from goodpart.vision.training.report import TrainingSettings
from goodpart.vision.training.selection import Fitted
from goodpart.vision.training.taking import Taken

_TOGETHER = 32
"""Sums over positions are added for so many pictures at once: each addition reads and writes all of them."""


def learn(
    best: Fitted,
    taken: Taken,
    settings: TrainingSettings,
    framing: Framing,
    intake: Intake,
    course: Course,
    seed: int,
) -> tuple[Detector, KnownBank]:
    """Fit on all good images; those beyond the cross-fitted ones stream through. Also says where the bank is from."""
    bank, gaussian = best.bank, best.gaussian
    if taken.rest:
        bank, gaussian = _with_rest(best, taken, settings, framing, intake, course, seed)
    course.step("learning", 1, 1)
    detector = Detector(best.extractor.patch_projection, best.place_projection, bank.bank, gaussian, best.combination)
    return detector, bank


def _with_rest(
    best: Fitted,
    taken: Taken,
    settings: TrainingSettings,
    framing: Framing,
    intake: Intake,
    course: Course,
    seed: int,
) -> tuple[KnownBank, PositionGaussian]:
    rng = bank_rng(seed)
    moments = moments_of(best.good)
    pictures = [one.patches for one in best.good]
    share = len(best.good) / (len(best.good) + len(taken.rest))
    patches = [sample_patches(pictures, max(1, round(PREFILTER * share)), rng)]
    each = max(1, round(PREFILTER / (len(best.good) + len(taken.rest))))

    def read(image: TrainingImage) -> tuple[Picture | FrameError, Features | None]:
        loaded = load_picture(image, (best.fit,), settings.side, framing)
        if isinstance(loaded, FrameError):
            return loaded, None
        return loaded, best.extractor.features(loaded.by_fit[best.fit]).whitened(best.place_projection)

    waiting: list[Features] = []
    for loaded, features in in_order(
        read, taken.rest, best.extractor.workers, lambda done: course.step("learning", done, len(taken.rest))
    ):
        if intake.take(loaded) is None or features is None:
            continue
        patches.append(sample_patches([features.patches], each, rng))
        waiting.append(features)
        if len(waiting) == _TOGETHER:
            moments.add(np.stack([one.places for one in waiting]))
            waiting.clear()
    if waiting:
        moments.add(np.stack([one.places for one in waiting]))
    with ThreadPoolExecutor(1) as beside:
        gaussian = beside.submit(moments.gaussian, best.extractor.grid)
        bank = known_bank(np.concatenate(patches), pictures, settings.bank_size, rng)
    return bank, gaussian.result()
