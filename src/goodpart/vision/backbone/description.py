"""The JSON beside an ONNX file that says what its input wants and what its outputs are.

    {
      "input": {"order": "rgb", "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "multiple": 32},
      "taps": {
        "s8":  {"output": "layer2", "channels": 512, "stride": 8},
        "s16": {"output": "layer3", "channels": 1024, "stride": 16}
      }
    }

`docs/guides/backbones.md` explains it to the people who write it.
"""

from math import isfinite
from pathlib import Path
from typing import Literal

import msgspec

from goodpart.vision.errors import BackboneError

TAP_STRIDES = {"s4": 4, "s8": 8, "s16": 16, "s32": 32}
REQUIRED_TAPS = ("s8", "s16")
"""What the detectors look at."""
_MAX_BYTES = 64 * 1024


class Input(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """(pixel - ``mean``) / ``std`` of pixels from 0 to 255, channels in ``order``.

    The network takes any height and width that are multiples of ``multiple``, or only ``size`` (height, width).
    """

    order: Literal["rgb", "bgr"] = "rgb"
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    multiple: int = 32
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not all(map(isfinite, (*self.mean, *self.std))) or min(self.std) <= 0:
            raise ValueError("mean and std are finite, and std above 0")
        if not 1 <= self.multiple <= 64 or not all(32 <= side <= 2048 for side in self.size or ()):
            raise ValueError("multiple is 1 to 64, and the sides of a fixed size are 32 to 2048")


class Tap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An output of the form (1, ``channels``, height/``stride``, width/``stride``) of the network's input."""

    output: str
    channels: int
    stride: int

    def __post_init__(self) -> None:
        if not 1 <= self.channels <= 8192 or not 1 <= self.stride <= 64:
            raise ValueError("channels are 1 to 8192 and stride is 1 to 64")


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``taps`` by what they stand for: ``s8`` is used as the features at 1/8 of the picture, whatever its stride."""

    input: Input
    taps: dict[str, Tap]

    def __post_init__(self) -> None:
        if unknown := set(self.taps) - set(TAP_STRIDES):
            raise ValueError(f"taps are {', '.join(TAP_STRIDES)}, not {min(unknown)}")
        if missing := [tap for tap in REQUIRED_TAPS if tap not in self.taps]:
            raise ValueError(f"taps has no {' and no '.join(missing)}")


def read_description(file: Path) -> tuple[Description, bytes]:
    """The description in ``file`` and its very bytes. Raises `BackboneError`."""
    remedy = "Write it as the guide on backbones says: docs/guides/backbones.md."
    try:
        with file.open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise BackboneError(
            f"The description {file} of the backbone cannot be opened: {error.strerror or error}.", remedy
        ) from error
    if len(content) > _MAX_BYTES:
        raise BackboneError(f"The description {file} has more than the {_MAX_BYTES} bytes allowed.", remedy)
    try:
        return msgspec.json.decode(content, type=Description), content
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BackboneError(f"The description {file} of the backbone is not valid: {error}.", remedy) from error
