"""OpenVINO, the default engine: fastest on x86, and the one that computes the backbone in bf16.

A bf16 hint holds for a whole OpenVINO model, but distances between features lose their order in bf16. So the network
is cut at its taps into two models, bf16 before and f32 behind, which hand tensors over without a copy.
"""

import os
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from goodpart.vision.engine.compiled_cache import intact_cache
from goodpart.vision.engine.port import Engine, LoadOptions, Network, Outputs, Precision, Use
from goodpart.vision.errors import EngineError

_NATIVE_BF16_FLAGS = {"amx_bf16", "avx512_bf16"}


class OpenVinoEngine(Engine):
    """Runs on the CPU through OpenVINO."""

    name = "openvino"

    def __init__(self) -> None:
        self._core = ov.Core()

    def precisions(self) -> tuple[Precision, ...]:
        # OpenVINO also lists BF16 where it emulates it, which is slower than f32: ask the CPU as well.
        offered = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        if offered and _NATIVE_BF16_FLAGS & _cpu_flags() and _bf16_is_allowed():
            return (Precision.BF16, Precision.F32)
        return (Precision.F32,)

    def load(self, network: bytes, options: LoadOptions) -> Network:
        try:
            if options.precision is Precision.F32:
                stages = [(self._core.read_model(network), Precision.F32)]
            else:
                before, behind = self._split(network, options)
                stages = [(before, options.precision), *([(behind, Precision.F32)] if behind else [])]
            with intact_cache(options.cache_dir, network) as cache:
                compiled = [self._compile(model, precision, options, cache) for model, precision in stages]
        except RuntimeError as error:
            raise EngineError(
                f"OpenVINO cannot load the network: {str(error).strip().splitlines()[-1]}",
                "Train the model again with this version of Goodpart.",
            ) from error
        return _OpenVinoNetwork(compiled, requests=_streams(options))

    def _compile(self, model: Any, precision: Precision, options: LoadOptions, cache: Path | None) -> Any:
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": precision.value,
            "PERFORMANCE_HINT": options.use.value.upper(),
            "INFERENCE_NUM_THREADS": options.cores,
            "NUM_STREAMS": _streams(options),
        }
        if cache is not None:
            settings["CACHE_DIR"] = str(cache)
        return self._core.compile_model(model, "CPU", settings)

    def _split(self, network: bytes, options: LoadOptions) -> tuple[Any, Any | None]:
        model = self._core.read_model(network)
        rest = model.clone()
        taps = [_tensor(model, name) for name in options.taps]
        if not taps:
            return model, None
        before = ov.Model(taps, model.get_parameters(), "before")
        joints = []
        for name in options.taps:
            source = _tensor(rest, name)
            joint = ov.opset13.parameter(source.get_partial_shape(), np.float32)
            # By default it is named by a running number, and what is kept compiled would never be found again.
            joint.set_friendly_name(f"tap_{name}")
            for target in source.get_target_inputs():
                target.replace_source_output(joint.output(0))
            joints.append(joint)
        return before, ov.Model(rest.get_results(), joints, "behind")


class _OpenVinoNetwork(Network):
    def __init__(self, compiled: list[Any], requests: int) -> None:
        # A tensor may go by several names; the result node keeps the one that the network gave its output.
        results = [output.get_node().get_friendly_name() for output in compiled[-1].outputs]
        self._names = [name.removesuffix("/sink_port_0") for name in results]
        self._idle: SimpleQueue[list[Any]] = SimpleQueue()
        for _ in range(requests):
            self._idle.put([stage.create_infer_request() for stage in compiled])

    def run(self, image: NDArray[np.uint8]) -> Outputs:
        # OpenVINO reads these very bytes and holds no reference to them: they must live until it is done.
        pixels = np.ascontiguousarray(image[None])
        chain = self._idle.get()
        try:
            chain[0].set_input_tensor(ov.Tensor(pixels, shared_memory=True))
            chain[0].infer()
            for before, behind in pairwise(chain):
                for index in range(len(behind.model_inputs)):
                    behind.set_input_tensor(index, before.get_output_tensor(index))
                behind.infer()
            last = chain[-1]
            return {name: np.array(last.get_output_tensor(index).data) for index, name in enumerate(self._names)}
        except RuntimeError as error:
            raise EngineError(
                f"OpenVINO cannot run the network on a picture of {image.shape[1]}×{image.shape[0]}: "
                f"{str(error).strip().splitlines()[-1]}",
                "Train the model again with this version of Goodpart.",
            ) from error
        finally:
            self._idle.put(chain)


def _streams(options: LoadOptions) -> int:
    return options.cores if options.use is Use.THROUGHPUT else 1


def _tensor(model: Any, name: str) -> Any:
    for operation in model.get_ops():
        # A result goes by the name of the tensor that it gives out, but nothing can be attached to it.
        outputs = operation.outputs() if operation.get_type_name() != "Result" else []
        for output in outputs:
            if name in output.get_names():
                return output
    raise RuntimeError(f"the network has no tensor {name!r}")


def _bf16_is_allowed() -> bool:
    """Whether oneDNN, which computes for OpenVINO, may use the instructions that bf16 needs.

    ``ONEDNN_MAX_CPU_ISA`` can forbid them, which OpenVINO does not notice: it then dies of a bf16 network.
    """
    highest = os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper()
    with_bf16 = ("AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX512_CORE_AMX", "AVX10")
    return highest in ("", "ALL", "DEFAULT") or highest.startswith(with_bf16)


def _cpu_flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return set()
    return next((set(line.split()) for line in text.splitlines() if line.startswith("flags")), set())
