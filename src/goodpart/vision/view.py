"""What of a frame is looked at, and how: regions, tiles, alignment. A setting of training, and part of the package."""

import msgspec

from goodpart.vision.registration import Alignment
from goodpart.vision.roi import Regions
from goodpart.vision.tiling import Tiling

MOST_REFERENCE_PIXELS = 512


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The whole frame at once, as it lies, unless something else is said.

    Regions are drawn on the golden frame where frames are aligned to one, else on every frame.
    """

    regions: Regions = Regions()
    tiling: Tiling | None = None
    alignment: Alignment | None = None

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for: the frame goes to the network as it is."""
        return not self.regions and self.tiling is None and self.alignment is None


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """The golden frame of a package: a small grey picture of it in ``file``, and its own ``height`` and ``width``.

    A part whose likeness to it is below ``least_likeness`` is not found.
    """

    file: str
    height: int
    width: int
    least_likeness: float

    def __post_init__(self) -> None:
        if not (1 <= self.height <= 1 << 16 and 1 <= self.width <= 1 << 16):
            raise ValueError("the golden frame has sides of 1 to 65536 pixels")
        if not 0 < self.least_likeness < 1:
            raise ValueError("the least likeness lies between 0 and 1")
