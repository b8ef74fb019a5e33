"""Inference engines behind one port. An engine's library is imported when the engine is asked for, not before."""

import os
import sys
from typing import Any, cast

from goodpart.vision.engine.port import Engine, LoadOptions, Network, Outputs, Precision, Use
from goodpart.vision.errors import EngineError

__all__ = ["ENGINES", "Engine", "LoadOptions", "Network", "Outputs", "Precision", "Use", "open_engine"]

ENGINES = ("openvino", "onnxruntime")

# Both libraries tell their makers over the network that they are used, unless they are kept from it before they load.
# OpenVINO does so when it imports its converter of models, which nothing here needs and it does without.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
for _name in ("openvino.tools.ovc", "openvino_telemetry"):
    cast(dict[str, Any], sys.modules).setdefault(_name, None)


def open_engine(name: str = "openvino") -> Engine:
    """The engine of that name. Raises `EngineError` when there is none or its library is not installed."""
    if name not in ENGINES:
        raise EngineError(f"There is no engine named {name!r}.", f"Use one of: {', '.join(ENGINES)}.")
    try:
        if name == "openvino":
            from goodpart.vision.engine.openvino import OpenVinoEngine  # noqa: PLC0415  (0.1 s to import)

            return OpenVinoEngine()
        from goodpart.vision.engine.onnxruntime import OnnxRuntimeEngine  # noqa: PLC0415  (optional)

        return OnnxRuntimeEngine()
    except ImportError as error:
        if _is_interrupted(error):
            raise KeyboardInterrupt from error
        is_missing = isinstance(error, ModuleNotFoundError) and error.name == name
        raise EngineError(
            f"The engine {name} is not installed." if is_missing else f"The engine {name} cannot be loaded: {error}.",
            f"Install it with: python -m pip install {'' if is_missing else '--force-reinstall '}{name}",
        ) from error


def _is_interrupted(error: BaseException) -> bool:
    """Whether Ctrl-C is behind it: a library that is being imported then reports that it could not be."""
    behind = error.__cause__ or error.__context__
    return behind is not None and (isinstance(behind, KeyboardInterrupt) or _is_interrupted(behind))
