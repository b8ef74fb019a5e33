"""What every inference engine promises, tried on each of them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from goodpart.vision.backbone import load_backbone
from goodpart.vision.detector.features import TAPS, feature_network
from goodpart.vision.engine import ENGINES, Engine, LoadOptions, Precision, Use, open_engine
from goodpart.vision.errors import EngineError

NETWORK = feature_network(load_backbone(), (4, 4))


def pictures(count: int, height: int = 64, width: int = 64) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, height, width, 3), np.uint8))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return open_engine(request.param)


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


def test_a_picture_that_does_not_fit_is_refused_and_the_network_goes_on(engine: Engine) -> None:
    network = engine.load(NETWORK, LoadOptions(taps=TAPS))
    with pytest.raises(EngineError, match="cannot run the network on a picture of 48×40"):
        network.run(np.zeros((40, 48, 4), np.uint8))
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
