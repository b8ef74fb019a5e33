"""What every inference engine promises, tried on each of them with every kind of backbone."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import MetaPathFinder
from pathlib import Path

import numpy as np
import pytest

from goodpart.vision.backbone import Backbone, load_backbone
from goodpart.vision.backbone.resnet import add_resnet50, tap_channels
from goodpart.vision.detector.features import TAPS, feature_network
from goodpart.vision.engine import ENGINES, Engine, LoadOptions, Precision, Use, open_engine
from goodpart.vision.errors import EngineError
from goodpart.vision.graph import NetworkGraph
from tests.fakes.keras_resnet import draw_weights, topology
from tests.fakes.own_network import write_own_network

NETWORK = feature_network(load_backbone(), (4, 4))


def pictures(count: int, height: int = 64, width: int = 64) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, height, width, 3), np.uint8))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return open_engine(request.param)


@pytest.fixture(params=["efficientnet-lite0", "resnet50", "onnx"], scope="module")
def backbone(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    """Each kind: the default, a small ResNet-50 with drawn weights, and a file with patches of 14 pixels."""
    if request.param == "resnet50":
        weights = draw_weights(topology(8))
        return Backbone("resnet50", "", tap_channels(weights), lambda graph, taps: add_resnet50(graph, weights, taps))
    if request.param == "onnx":
        return load_backbone(write_own_network(tmp_path_factory.mktemp("own"), patch=14))
    return load_backbone()


@pytest.mark.parametrize("use", list(Use))
def test_every_backbone_runs_at_any_size_on_several_threads_in_every_precision(
    engine: Engine, backbone: Backbone, use: Use
) -> None:
    content = feature_network(backbone, (4, 4))
    exact = open_engine("onnxruntime").load(content, LoadOptions(taps=TAPS))
    given = [pictures(1, *size)[0] for size in ((64, 64), (32, 96), (96, 32), (64, 64)) * 2]
    expected = [exact.run(picture) for picture in given]
    for precision in engine.precisions():
        network = engine.load(content, LoadOptions(precision, TAPS, use))
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(network.run, given))
        for one, other in zip(found, expected, strict=True):
            for name, values in other.items():
                assert one[name].shape == values.shape
                allowed = 0.02 if precision is Precision.BF16 else 1e-4
                assert np.abs(one[name] - values).mean() <= allowed * np.abs(values).max()


def test_behind_the_taps_everything_is_f32_whatever_the_precision(engine: Engine) -> None:
    graph = NetworkGraph()
    pixels = graph.node("Cast", ["image"], to=1)
    tap = graph.node("Mul", [pixels, graph.constant(np.float32(256.0))], name="tap")
    # 65281 = 256 × 255 + 1 takes 16 bits: in bf16, which has 8, the one would be lost.
    graph.node("Add", [tap, graph.constant(np.float32(1.0))], name="sum")
    content = graph.serialized({"sum": [1, "h", "w", 3]})
    white = np.full((32, 32, 3), 255, np.uint8)
    for precision in engine.precisions():
        found = engine.load(content, LoadOptions(precision, ("tap",))).run(white)["sum"]
        assert (found == 65281).all()


def test_a_tap_may_be_an_output_itself(engine: Engine) -> None:
    graph = NetworkGraph()
    backbone = load_backbone()
    backbone.add_to(graph, TAPS)
    content = graph.serialized({tap: [1, backbone.channels[tap], f"{tap}h", f"{tap}w"] for tap in TAPS})
    for precision in engine.precisions():
        found = engine.load(content, LoadOptions(precision, TAPS)).run(pictures(1)[0])
        assert {name: values.shape for name, values in found.items()} == {"s8": (1, 40, 8, 8), "s16": (1, 112, 4, 4)}


@pytest.mark.parametrize("precision", list(Precision))
def test_compiled_forms_are_kept_and_give_the_same_numbers(
    engine: Engine, precision: Precision, tmp_path: Path
) -> None:
    if precision not in engine.precisions():
        precision = Precision.F32
    picture = pictures(1)[0]
    options = LoadOptions(precision, TAPS, cache_dir=tmp_path)
    first, again = (engine.load(NETWORK, options).run(picture)["grid"] for _ in range(2))
    assert (first == again).all()


def test_as_many_cores_are_used_as_are_allowed() -> None:
    assert LoadOptions(threads=3).cores == 3
    assert LoadOptions().cores == len(os.sched_getaffinity(0))


def test_f32_is_always_offered(engine: Engine) -> None:
    assert Precision.F32 in engine.precisions()


def test_outputs_come_by_name_for_any_size_of_picture(engine: Engine) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    for height, width in ((64, 64), (32, 96), (96, 32), (64, 64)):
        outputs = network.run(pictures(1, height, width)[0])
        assert outputs["patches"].shape == (1, height // 8, width // 8, 152)
        assert outputs["grid"].shape == (1, 16, 152)
        assert outputs["patches"].dtype == np.float32


def test_outputs_stay_as_they_are_when_the_network_runs_again(engine: Engine) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    one, other = pictures(2)
    first = network.run(one)["patches"]
    kept = first.copy()
    network.run(other)
    assert (first == kept).all()


@pytest.mark.parametrize("use", list(Use))
def test_many_threads_get_what_one_gets(engine: Engine, use: Use) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS, use=use))
    given = pictures(12)
    alone = [network.run(picture)["patches"] for picture in given]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda picture: network.run(picture)["patches"], given))
    for one, other in zip(alone, together, strict=True):
        assert np.abs(one - other).max() <= 1e-4 * np.abs(one).max()


def test_the_same_picture_gives_the_same_numbers(engine: Engine) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    picture = pictures(1)[0]
    assert (network.run(picture)["grid"] == network.run(picture)["grid"]).all()


def test_a_picture_that_is_a_view_is_taken_as_it_looks(engine: Engine) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    picture = pictures(1)[0][::-1, :, ::-1]
    assert np.allclose(network.run(picture)["grid"], network.run(picture.copy())["grid"], atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"not a network", NETWORK[:1000], NETWORK[: len(NETWORK) // 2]])
def test_what_is_no_network_is_refused(engine: Engine, content: bytes) -> None:
    with pytest.raises(EngineError, match="cannot load the network"):
        engine.load(content, LoadOptions())


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((40, 48, 4), np.uint8),
        np.zeros((40, 48, 3), np.uint8),
        np.zeros((31, 64, 3), np.uint8),
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((0, 32, 3), np.uint8),
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 3), np.float32),
    ],
)
def test_a_picture_that_does_not_fit_is_refused_and_the_network_goes_on(engine: Engine, picture: np.ndarray) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    with pytest.raises(EngineError, match=f"on a picture of {picture.shape[1]}×{picture.shape[0]}"):
        network.run(picture)
    assert network.run(pictures(1)[0])["grid"].shape == (1, 16, 152)


def test_both_engines_agree() -> None:
    picture = pictures(1, 96, 64)[0]
    found = [open_engine(name).load(NETWORK, LoadOptions(taps=TAPS)).run(picture) for name in ENGINES]
    for name in ("patches", "grid"):
        assert np.abs(found[0][name] - found[1][name]).max() <= 1e-4 * np.abs(found[0][name]).max()


def test_bf16_is_near_f32_where_it_is_offered(engine: Engine) -> None:
    picture = pictures(1)[0]
    outputs = {
        precision: engine.load(NETWORK, LoadOptions(precision, TAPS)).run(picture)["patches"]
        for precision in engine.precisions()
    }
    for found in outputs.values():
        difference = np.abs(found - outputs[Precision.F32])
        assert difference.mean() <= 0.02 * np.abs(outputs[Precision.F32]).max()


def test_a_precision_that_is_not_offered_is_refused_or_computed_right(engine: Engine) -> None:
    if Precision.BF16 in engine.precisions() or engine.name == "openvino":
        assert engine.load(NETWORK, LoadOptions(Precision.BF16, TAPS)).run(pictures(1)[0])
    else:
        with pytest.raises(EngineError, match="does not compute in bf16"):
            engine.load(NETWORK, LoadOptions(Precision.BF16, TAPS))


@pytest.mark.parametrize("highest", ["SSE41", "AVX2", "AVX512_CORE"])
def test_where_bf16_instructions_are_forbidden_only_f32_is_offered(
    engine: Engine, highest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Offered nonetheless, bf16 ended the process with a segmentation fault.
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", highest)
    assert engine.precisions() == (Precision.F32,)


def test_an_engine_that_does_not_exist_is_named() -> None:
    with pytest.raises(EngineError, match="no engine named 'abacus'"):
        open_engine("abacus")


_WATCHED = """
import sys
telling = ("socket", "os.fork", "os.posix_spawn", "subprocess")
sys.addaudithook(lambda event, _: print(event) if event.startswith(telling) else None)
from goodpart.vision.engine import open_engine
open_engine(sys.argv[1]).precisions()
print("opened")
"""


@pytest.mark.parametrize("name", ENGINES)
def test_opening_an_engine_tells_nobody_of_it(name: str, tmp_path: Path) -> None:
    watched = [sys.executable, "-c", _WATCHED, name]
    # Some libraries report their use unless they find themselves in CI.
    home = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    home.pop("CI", None)
    seen = subprocess.run(watched, env=home, capture_output=True, text=True, timeout=60, check=True)
    assert seen.stdout == "opened\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_cannot_be_loaded_is_refused_with_why(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, f"goodpart.vision.engine.{name}", raising=False)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(EngineError, match=f"The engine {name} is not installed"):
        open_engine(name)
    broken = ImportError("libtbb.so.12: cannot open shared object file")
    monkeypatch.setattr("sys.meta_path", [_Finder(name, broken), *sys.meta_path])
    monkeypatch.delitem(sys.modules, name)
    with pytest.raises(EngineError, match=r"cannot be loaded: libtbb\.so\.12"):
        open_engine(name)
    broken.__cause__ = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        open_engine(name)


class _Finder(MetaPathFinder):
    """A library that raises when it is imported."""

    def __init__(self, name: str, error: ImportError) -> None:
        self._name, self._error = name, error

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == self._name:
            raise self._error
