"""anomalib's own models on a folder of MVTec shape: run by `vision.py` in a Python of its own that has anomalib.

    PYTHONPATH=src PYTHON benchmarks/anomalib_models.py WEIGHTS.pth DIR...

One JSON object per folder and model. The torch models themselves are measured, with the same backbone weights as
Goodpart's default, at 256×256, a coreset of one hundredth, raw scores; accuracy by Goodpart's own figures. Timed is one
image at a time, from decoding the file to the score.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from goodpart.vision.evaluation.folder import known_images, read_mask
from goodpart.vision.evaluation.pixels import PixelFigures
from goodpart.vision.frame import read_frame
from goodpart.vision.ranking import auroc, recall_at_overkill

SIDE = 256
BACKBONE = "tf_efficientnet_lite0"
WARM_UP = 3


_STUBS: list[Any] = []
"""Kept: a collected library takes its schemas with it."""


def import_torch() -> Any:
    """Torch, with schemas for the operators that torchvision registers and a CPU build of it lacks."""
    torch = importlib.import_module("torch")
    library = torch.library.Library("torchvision", "DEF")
    for _ in range(50):
        try:
            importlib.import_module("torchvision")
        except RuntimeError as error:
            if "does not exist" not in str(error):
                raise
            library.define(f"{str(error).split('torchvision::')[1].split()[0]}(Tensor x) -> Tensor")
            for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
                del sys.modules[name]
        else:
            break
    _STUBS.append(library)
    return torch


def patchcore(weights: dict[str, Any], torch: Any, batches: list[Any]) -> Any:
    """A fitted PatchCore."""
    module = importlib.import_module("anomalib.models.image.patchcore.torch_model")
    model = module.PatchcoreModel(
        layers=["blocks.2", "blocks.4"], backbone=BACKBONE, pre_trained=False, num_neighbors=9
    )
    load(model, weights, torch)
    for batch in batches:
        model(batch)
    model.subsample_embedding(0.01)
    return model.eval()


def padim(weights: dict[str, Any], torch: Any, batches: list[Any]) -> Any:
    """A fitted PaDiM."""
    module = importlib.import_module("anomalib.models.image.padim.torch_model")
    model = module.PadimModel(
        layers=["blocks.1", "blocks.2", "blocks.4"], backbone=BACKBONE, pre_trained=False, n_features=100
    )
    load(model, weights, torch)
    for batch in batches:
        model(batch)
    model.fit()
    return model.eval()


def load(model: Any, weights: dict[str, Any], torch: Any) -> None:
    """Put the weights into the feature extractor: names differ, the order and every shape are the same."""
    wanted = model.feature_extractor.state_dict()
    given = [value for name, value in weights.items() if "num_batches" not in name]
    names = [name for name in wanted if "num_batches" not in name]
    for name, value in zip(names, given, strict=False):
        if wanted[name].shape != value.shape:
            raise SystemExit(f"{name} is {tuple(wanted[name].shape)}, the file has {tuple(value.shape)}")
        wanted[name] = value.to(torch.float32)
    model.feature_extractor.load_state_dict(wanted)
    model.feature_extractor.eval()
    model.train()
    model.feature_extractor.eval()


def picture(path: Path, torch: Any) -> Any:
    """The file as the backbone wants it: (1, 3, 256, 256), RGB, about -1 to 1."""
    pixels = cv2.resize(read_frame(path).pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    scaled = (pixels[:, :, ::-1].astype(np.float32) - 127.0) / 128.0
    return torch.from_numpy(np.ascontiguousarray(scaled.transpose(2, 0, 1))[None])


def measure(name: str, fit: Callable[..., Any], folder: Path, weights: dict[str, Any], torch: Any) -> dict[str, Any]:
    """Train on train/good, then score test one image at a time."""
    started = time.perf_counter()
    train = sorted((folder / "train" / "good").iterdir())
    torch.manual_seed(0)
    model = fit(weights, torch, [picture(path, torch) for path in train])
    trained = time.perf_counter() - started
    known = known_images(folder)
    good: list[float] = []
    bad: list[float] = []
    times: list[float] = []
    pixels = PixelFigures()
    with torch.inference_mode():
        for image in known[:WARM_UP]:
            model(picture(image.path, torch))
        for image in known:
            begun = time.perf_counter()
            found = model(picture(image.path, torch))
            score = float(found.pred_score.reshape(-1)[0])
            times.append((time.perf_counter() - begun) * 1e3)
            (good if image.is_good else bad).append(score)
            mask = read_mask(image, read_frame(image.path), SIDE)
            if mask is not None:
                pixels.add(found.anomaly_map.reshape(SIDE, SIDE).numpy().astype(np.float32), mask)
    return {
        "tool": f"anomalib {importlib.import_module('importlib.metadata').version('anomalib')} {name}",
        "data": folder.resolve().name,
        "n_train": len(train),
        "n_test": len(known),
        "image_auroc": round(auroc(good, bad), 4),
        "pixel_auroc": rounded(pixels.auroc()),
        "aupro": rounded(pixels.aupro()),
        "recall_at_1pct_overkill": round(recall_at_overkill(np.array(good), np.array(bad), 0.01), 4),
        "train_s": round(trained, 2),
        "infer_ms_p50": round(float(np.median(times)), 2),
        "infer_ms_p95": round(float(np.quantile(times, 0.95)), 2),
    }


def rounded(figure: float) -> float | None:
    """None where there is no such figure: JSON has no NaN."""
    return None if np.isnan(figure) else round(figure, 4)


def main(weights_file: str, *folders: str) -> None:
    """Measure every model on every folder."""
    torch = import_torch()
    weights = torch.load(weights_file, map_location="cpu", weights_only=True)
    for folder in folders:
        for name, fit in (("padim", padim), ("patchcore", patchcore)):
            print(json.dumps(measure(name, fit, Path(folder), weights, torch)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
