"""ONNX Runtime, the second engine: for machines that OpenVINO does not serve. Always f32."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from goodpart.vision.engine.port import Engine, LoadOptions, Network, Outputs, Precision, Use
from goodpart.vision.errors import EngineError


class OnnxRuntimeEngine(Engine):
    """Runs on the CPU through ONNX Runtime."""

    name = "onnxruntime"

    def precisions(self) -> tuple[Precision, ...]:
        return (Precision.F32,)

    def load(self, network: bytes, options: LoadOptions) -> Network:
        if options.precision not in self.precisions():
            raise EngineError(
                f"ONNX Runtime does not compute in {options.precision}.", "Use f32 or the engine openvino."
            )
        settings = ort.SessionOptions()
        settings.intra_op_num_threads = 1 if options.use is Use.THROUGHPUT else options.cores
        settings.inter_op_num_threads = 1
        settings.log_severity_level = 4
        # Spinning threads would take the cores of the other stations on the same box.
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            session = ort.InferenceSession(network, settings, providers=["CPUExecutionProvider"])
        except Exception as error:
            # Its exception classes share no base but Exception.
            if type(error).__module__.startswith("onnxruntime"):
                raise EngineError(
                    f"ONNX Runtime cannot load the network: {str(error).strip().splitlines()[-1]}",
                    "Train the model again with this version of Goodpart.",
                ) from error
            raise
        return _OnnxRuntimeNetwork(session)


class _OnnxRuntimeNetwork(Network):
    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._names = [output.name for output in session.get_outputs()]

    def run(self, image: NDArray[np.uint8]) -> Outputs:
        try:
            results = self._session.run(self._names, {"image": np.ascontiguousarray(image[None])})
        except Exception as error:
            if type(error).__module__.startswith("onnxruntime"):
                raise EngineError(
                    f"ONNX Runtime cannot run the network on a picture of {image.shape[1]}×{image.shape[0]}: "
                    f"{str(error).strip().splitlines()[-1]}",
                    "Train the model again with this version of Goodpart.",
                ) from error
            raise
        return dict(zip(self._names, results, strict=True))
