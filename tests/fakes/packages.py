"""A candidate package that is whole and well-formed, though its network is not one that runs."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from goodpart.vision.detector.combination import Combination, Pooling
from goodpart.vision.package import BackboneId, GoldenImage, Manifest, NetworkSpec, write_candidate
from goodpart.vision.package.writing import stored_files
from goodpart.vision.preprocessing import Fit, Preprocessing
from goodpart.vision.verdict import Thresholds

_FILES = {"network.onnx": bytes(range(256)) * 8, "report.json": b"{}", "golden/good-00.png": b"picture"}


def candidate_package(name: str = "washer") -> bytes:
    """The same bytes for the same name."""
    manifest = Manifest(
        schema=1,
        kind="goodpart-model",
        name=name,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
        backbone=BackboneId(id="efficientnet-lite0", sha256="0" * 64),
        detector=Combination(weight=0.5, pooling=Pooling.TOP, bank_scale=1.0, gaussian_scale=1.0, top=10),
        preprocessing=Preprocessing(fit=Fit.SQUARE),
        network=NetworkSpec(file="network.onnx", taps=("s8", "s16")),
        thresholds={"f32": Thresholds(good_below=1.0, bad_above=2.0)},
        golden=(GoldenImage(file="golden/good-00.png", label="good", scores={"f32": 0.5}),),
        tolerance=0.01,
        files=stored_files(_FILES),
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "candidate.gpm"
        write_candidate(file, manifest, _FILES)
        return file.read_bytes()
