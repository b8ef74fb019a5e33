"""A look at a frame: score, map and defects, and the proof that this machine sees as the trainer saw.

The way from a decoded frame to a verdict. Only what that needs is imported: no ONNX library, no SciPy.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from goodpart.vision.classifier.regions import TypeMaps
from goodpart.vision.classifier.scoring import Scoring
from goodpart.vision.defects import Defect, find_defects, strongest_place
from goodpart.vision.drift import DistanceMeter
from goodpart.vision.engine import Engine, LoadOptions, Outputs, Precision, Use, open_engine
from goodpart.vision.errors import PackageError, PartNotFoundError
from goodpart.vision.frame import Frame
from goodpart.vision.optics import OpticsCheck, OpticsFigures, OpticsFinding
from goodpart.vision.outputs import CheckedNetwork
from goodpart.vision.package import GoldenImage, Package
from goodpart.vision.package.network import check_network
from goodpart.vision.sighting import framing_of
from goodpart.vision.verdict import Thresholds, decide
from goodpart.wire.verdicts import NoReadCause, Verdict


@dataclass(frozen=True, eq=False)
class Look:
    """``heat`` is float32 (rows, columns) over the whole frame, in the units of the score, never clamped.

    ``defects`` are the regions above the threshold for good, the strongest first. A part that is not good has one entry
    at least: where there is no region, the strongest place, marked as below the threshold.

    With the verdict ``no_read`` nothing was looked at: ``cause`` and ``detail`` say why, the score is infinite, so that
    it can never pass for a good one, and the map is empty.

    ``findings`` say how the picture differs from the training pictures; they change no verdict. ``distance`` is that
    of the part's features from those of training parts, for `goodpart.vision.drift`. Packages of earlier versions
    know neither.

    ``stages_ms`` add up to what the look took: ``optics`` is what it waited for them, as they are measured beside the
    rest where there is a core for it.

    Where types were taught, ``types`` holds their probabilities and maps, given that the part is bad; ``kind`` is the
    likeliest, with its probability, of a part that is not good.
    """

    score: float
    verdict: Verdict
    thresholds: Thresholds
    heat: NDArray[np.float32]
    defects: list[Defect]
    stages_ms: dict[str, float]
    cause: NoReadCause | None = None
    detail: str = ""
    optics: OpticsFigures | None = None
    findings: tuple[OpticsFinding, ...] = ()
    distance: float | None = None
    types: TypeMaps | None = None

    @property
    def kind(self) -> tuple[str, float] | None:
        """The type of defect and its probability; None for a good part or where no types were taught."""
        return None if self.types is None or self.verdict is Verdict.GOOD else self.types.likeliest


@dataclass(frozen=True)
class GoldenScore:
    """One golden picture: the trainer's score and this machine's."""

    file: str
    label: str
    expected: float
    found: float


@dataclass(frozen=True)
class GoldenProof:
    """Whether this machine reproduces the trainer's scores; ``worst`` is the largest difference, in score units."""

    passed: bool
    allowed: float
    worst: float
    precision: Precision
    scores: list[GoldenScore]

    @property
    def statement(self) -> str:
        """One sentence for a person."""
        done = "reproduced" if self.passed else "not reproduced"
        return (
            f"{len(self.scores)} golden scores {done} in {self.precision}: largest difference {self.worst:.4f}, "
            f"allowed {self.allowed:.4f}."
        )


@dataclass(frozen=True, eq=False)
class _Seen:
    """What the network says: the map of the whole frame, and the nanoseconds that it took."""

    score: float
    heat: NDArray[np.float32]
    embedding: NDArray[np.float32] | None
    types: TypeMaps | None
    network_ns: int


class _AtWork:
    """How long the network was at work, on one thread or several at once."""

    def __init__(self) -> None:
        self.total_ns = 0
        self._lock = Lock()
        self._running = self._since = 0

    def __enter__(self) -> None:
        with self._lock:
            if self._running == 0:
                self._since = time.perf_counter_ns()
            self._running += 1

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            self._running -= 1
            if self._running == 0:
                self.total_ns += time.perf_counter_ns() - self._since


class Inspector:
    """A package made ready to run. `inspect` may be called from several threads at once."""

    def __init__(
        self,
        package: Package,
        *,
        engine: Engine | None = None,
        precision: Precision | None = None,
        threads: int | None = None,
        use: Use | None = None,
        cache_dir: Path | None = None,
    ) -> None:
        """Load the network: in the fastest precision that has thresholds unless one is given.

        Without a ``use``, frames in tiles are looked at with a tile on each core, others with all cores on the frame.

        Raises `EngineError`, or `PackageError` when no precision of this machine has thresholds in the package, its
        golden frame cannot be used, or its network is not one that may be loaded.
        """
        self.package = package
        self.engine = engine or open_engine()
        self.precision = _precision(package, self.engine, precision)
        self.thresholds = package.manifest.thresholds[self.precision]
        manifest = package.manifest
        self._optics = OpticsCheck(manifest.optics) if manifest.optics is not None else None
        embeddings = manifest.drift.embeddings if manifest.drift is not None else None
        self._meter = DistanceMeter(embeddings) if embeddings is not None else None
        self._framing = framing_of(package)
        is_tiled = self._framing.view.tiling is not None
        use = use or (Use.THROUGHPUT if is_tiled else Use.LATENCY)
        options = LoadOptions(self.precision, package.manifest.network.taps, use, threads, cache_dir)
        # Where frames come one after the other, a second core measures the optics while the first prepares the picture.
        is_idle = use is Use.LATENCY and options.cores > 1 and self._optics is not None
        self._beside = ThreadPoolExecutor(1, "optics") if is_idle else None
        self._workers = options.cores if is_tiled and use is Use.THROUGHPUT else 1
        self._scoring = Scoring(manifest.detector, manifest.labels)
        sizes = check_network(package.network, package.id, side=manifest.square)
        self._network = CheckedNetwork(self.engine.load(package.network, options), package.id, sizes)

    def inspect(self, frame: Frame) -> Look:
        """Look at a frame; a part that is not found in it is a ``no_read``.

        Raises `EngineError`, `FrameError` for a frame too large for its tiles, and `PackageError` for outputs that are
        not those of a model.
        """
        started = time.perf_counter_ns()
        measuring = self._beside.submit(self._measure, frame) if self._beside is not None else None
        seen: _Seen | PartNotFoundError
        try:
            seen = self._see(frame)
        except PartNotFoundError as error:
            seen = error
        inferred = time.perf_counter_ns()
        optics, findings = measuring.result() if measuring is not None else self._measure(frame)
        measured = time.perf_counter_ns()
        stages = {"optics": (measured - inferred) / 1e6}
        if isinstance(seen, PartNotFoundError):
            return Look(
                float("inf"),
                Verdict.NO_READ,
                self.thresholds,
                np.zeros((1, 1), np.float32),
                [],
                {"resize": (inferred - started) / 1e6, **stages},
                NoReadCause.PART_NOT_FOUND,
                f"{seen.cause} {seen.remedy}",
                optics,
                findings,
            )
        distance = self._meter.distance(seen.embedding) if self._meter is not None else None
        defects = self.find(seen.heat, seen.score, self.thresholds, frame, seen.types)
        ended = time.perf_counter_ns()
        stages = {
            "resize": (inferred - started - seen.network_ns) / 1e6,
            "infer": seen.network_ns / 1e6,
            **stages,
            "regions": (ended - measured) / 1e6,
        }
        return Look(
            seen.score,
            decide(seen.score, self.thresholds),
            self.thresholds,
            seen.heat,
            defects,
            stages,
            optics=optics,
            findings=findings,
            distance=distance,
            types=seen.types,
        )

    def _measure(self, frame: Frame) -> tuple[OpticsFigures | None, tuple[OpticsFinding, ...]]:
        if self._optics is None:
            return None, ()
        figures = self._optics.figures(frame.pixels)
        return figures, self._optics.judge(figures)

    def find(
        self, heat: NDArray[np.float32], score: float, thresholds: Thresholds, frame: Frame, types: TypeMaps | None
    ) -> list[Defect]:
        """The regions of a look's map under other thresholds, with their types and sizes.

        Of a part that is not good and shows none, the strongest place: the score may know more than the map.
        """
        regions = find_defects(
            heat,
            thresholds.good_below,
            frame.width,
            frame.height,
            bad_above=thresholds.bad_above,
            types=types,
            mm_per_pixel=self.package.manifest.mm_per_pixel,
        )
        if regions or decide(score, thresholds) is Verdict.GOOD:
            return regions
        place = strongest_place(heat, frame.width, frame.height, types)
        return [place] if place is not None else []

    def _types(
        self, heat: NDArray[np.float32], likely: NDArray[np.float32] | None, maps: NDArray[np.float32] | None
    ) -> TypeMaps | None:
        names = self.package.manifest.types
        if not names:
            return None
        shape = (len(names), *heat.shape)
        if likely is None or likely.shape != (len(names),) or (maps is not None and maps.shape != shape):
            raise PackageError(
                f"The model {self.package.id[:12]} names {len(names)} types of defects, its network gives others.",
                "Train the model again; go back to the previous one meanwhile.",
            )
        return TypeMaps(names, likely, maps)

    def prove(self) -> GoldenProof:
        """Score the golden pictures and compare with the trainer's scores.

        Raises what `inspect` raises, and `PackageError` for a golden picture that cannot be used.
        """
        manifest = self.package.manifest
        scores = [
            GoldenScore(
                golden.file,
                golden.label,
                golden.scores[self.precision],
                self._score_golden(golden),
            )
            for golden in manifest.golden
            if self.precision in golden.scores
        ]
        allowed = manifest.tolerance * self.thresholds.good_below
        worst = max((abs(score.found - score.expected) for score in scores), default=float("inf"))
        return GoldenProof(worst <= allowed, allowed, worst, self.precision, scores)

    def _see(self, frame: Frame) -> _Seen:
        preprocessing, at_work = self.package.manifest.preprocessing, _AtWork()
        outputs: Outputs = {}

        def run(picture: NDArray[np.uint8]) -> Outputs:
            nonlocal outputs
            with at_work:
                outputs = self._network.run(picture)
            return outputs

        if self._framing.view.is_plain:
            run(preprocessing.apply(frame))
            types = self._types(outputs["heat"], outputs.get("types"), outputs.get("type_maps"))
            return _Seen(float(outputs["score"][0]), outputs["heat"], outputs.get("embedding"), types, at_work.total_ns)
        framed = self._framing.look(frame, run, preprocessing, self._scoring, workers=self._workers)
        types = self._types(framed.heat, framed.likely, framed.type_maps)
        # Of tiles the last one would stand for all: their packages know no embeddings.
        return _Seen(framed.score, framed.heat, outputs.get("embedding"), types, at_work.total_ns)

    def _score_golden(self, golden: GoldenImage) -> float:
        frame = self.package.picture(golden.file)
        if not golden.seen:
            return self.inspect(frame).score
        return self._framing.score_seen(self._network.run(frame.pixels), self._scoring)


def _precision(package: Package, engine: Engine, wanted: Precision | None) -> Precision:
    offered = engine.precisions() if wanted is None else (wanted,)
    for precision in offered:
        if precision in engine.precisions() and precision.value in package.manifest.thresholds:
            return precision
    have, can = sorted(package.manifest.thresholds), [precision.value for precision in engine.precisions()]
    raise PackageError(
        f"The package has thresholds for {', '.join(have)}; the engine {engine.name} computes in {', '.join(can)}.",
        "Train the model again on a machine like this one.",
    )
