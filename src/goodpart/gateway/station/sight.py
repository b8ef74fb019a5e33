"""What looks at a picture: a port, and the one that runs a signed package."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from goodpart.trust.signatures import KeySet
from goodpart.vision.drift import DriftReference
from goodpart.vision.errors import PartNotFoundError
from goodpart.vision.frame import decode
from goodpart.vision.heatmap import render_heat
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package
from goodpart.vision.verdict import Thresholds
from goodpart.wire.desired import RecipeSpec
from goodpart.wire.events import DefectRegion, OpticsMark, StageLatency

_WARM_UP_LOOKS = 3


@dataclass(frozen=True)
class DriftReading:
    """What one part says of drift, and what it is measured against."""

    reference: DriftReference
    score_share: float
    """Of ``good_below`` in the package, whatever the recipe's is."""
    distance: float | None


@dataclass(frozen=True)
class Sight:
    """What one look at one picture gave."""

    score: float
    defects: tuple[DefectRegion, ...]
    stages: tuple[StageLatency, ...]
    render_heat: Callable[[], bytes]
    """A PNG with alpha, to be laid over the frame. Takes its time: not for the way of a part."""
    optics: tuple[OpticsMark, ...] | None = None
    """How the picture differs from the training pictures; None where the package does not know those."""
    drift: DriftReading | None = None


class Eye(ABC):
    """Looks at pictures of parts. Used by one thread at a time."""

    @abstractmethod
    def look(self, content: bytes, recipe: RecipeSpec) -> Sight:
        """``content`` is a whole image file.

        Raises `PartNotFoundError` where it does not show the part, another `FrameError` where it cannot be decoded,
        and another `GoodpartError` where the look fails.
        """


class PackageEye(Eye):
    """Runs a package. Its recipe's thresholds decide, not the package's own."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    @classmethod
    def load(cls, path: Path, sha256: str, keys: KeySet, cache: Path) -> "PackageEye":
        """Read, verify, compile and warm up: seconds. Raises `PackageError` and `EngineError`."""
        inspector = Inspector(read_package(path, keys=keys, expected_id=sha256), cache_dir=cache)
        # The first looks of a network are several times slower than all later ones.
        for golden in inspector.package.manifest.golden[:1]:
            frame = inspector.package.picture(golden.file)
            for _ in range(_WARM_UP_LOOKS):
                inspector.inspect(frame)
        return cls(inspector)

    def look(self, content: bytes, recipe: RecipeSpec) -> Sight:
        started = time.perf_counter_ns()
        frame = decode(content, "The camera's picture")
        decoded = time.perf_counter_ns()
        look = self._inspector.inspect(frame)
        if look.cause is not None:
            raise PartNotFoundError(look.detail)
        known, reading = self._inspector.package.manifest, None
        if known.drift is not None and look.thresholds.good_below > 0:
            reading = DriftReading(known.drift, look.score / look.thresholds.good_below, look.distance)
        thresholds = Thresholds(good_below=recipe.good_below, bad_above=recipe.bad_above)
        if thresholds != look.thresholds:
            found = self._inspector.find(look.heat, look.score, thresholds, frame, look.types)
            look = replace(look, thresholds=thresholds, defects=found)
        ended = time.perf_counter_ns()
        return Sight(
            score=look.score,
            defects=tuple(
                DefectRegion(
                    x=one.x,
                    y=one.y,
                    width=one.w,
                    height=one.h,
                    score=one.score,
                    kind=one.kind,
                    below_threshold=one.below_threshold,
                )
                for one in look.defects
            ),
            stages=(
                StageLatency(stage="decode", ms=(decoded - started) / 1e6),
                StageLatency(stage="infer", ms=(ended - decoded) / 1e6),
            ),
            render_heat=lambda: render_heat(look),
            optics=tuple(OpticsMark(code=one.code, sentence=one.sentence) for one in look.findings)
            if known.optics is not None
            else None,
            drift=reading,
        )
