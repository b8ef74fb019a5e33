"""Inference engines behind one port. An engine's library is imported when the engine is asked for, not before."""

from goodpart.vision.engine.port import Engine, LoadOptions, Network, Outputs, Precision, Use
from goodpart.vision.errors import EngineError

__all__ = ["ENGINES", "Engine", "LoadOptions", "Network", "Outputs", "Precision", "Use", "open_engine"]

ENGINES = ("openvino", "onnxruntime")


def open_engine(name: str = "openvino") -> Engine:
    """The engine of that name. Raises `EngineError` when there is none or its library is not installed."""
    try:
        if name == "openvino":
            from goodpart.vision.engine.openvino import OpenVinoEngine  # noqa: PLC0415  (0.1 s to import)

            return OpenVinoEngine()
        if name == "onnxruntime":
            from goodpart.vision.engine.onnxruntime import OnnxRuntimeEngine  # noqa: PLC0415  (optional)

            return OnnxRuntimeEngine()
    except ImportError as error:
        raise EngineError(
            f"The engine {name} is not installed.", f"Install it with: python -m pip install {name}"
        ) from error
    raise EngineError(f"There is no engine named {name!r}.", f"Use one of: {', '.join(ENGINES)}.")
