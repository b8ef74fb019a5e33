"""Why a place of a part is strange: the good patch that comes nearest to it, as a picture beside it.

A memory bank compares every place with patches of good parts. Which one was nearest is not computed when parts are
inspected, where it would cost time on every part: here the package's network gets that one output added. Needs the
ONNX library, so it is imported only where an explanation is asked for.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from goodpart.vision.classifier.scoring import Mask
from goodpart.vision.defects import Defect
from goodpart.vision.detector.model import BANK_PRODUCTS
from goodpart.vision.engine import Engine, LoadOptions, Precision, open_engine
from goodpart.vision.errors import PackageError
from goodpart.vision.frame import Frame
from goodpart.vision.outputs import CheckedNetwork
from goodpart.vision.package import Package, PatchAtlas
from goodpart.vision.package.network import check_network
from goodpart.vision.pieces import Piece, pieces_of
from goodpart.vision.sighting import framing_of
from goodpart.vision.tiling import PLACE

_NEAREST = "nearest_patch"


@dataclass(frozen=True, eq=False)
class PatchPair:
    """A place of a frame and the good patch nearest to it: uint8 BGR crops of one size, as the network sees them.

    ``x`` and ``y`` are the place's middle in pixels of the frame; ``heat`` is its value in the map.
    """

    strange: NDArray[np.uint8]
    good: NDArray[np.uint8]
    x: int
    y: int
    heat: float


class Explainer:
    """A package made ready to explain."""

    def __init__(self, package: Package, atlas: PatchAtlas, *, engine: Engine | None = None) -> None:
        self._package = package.id
        self._preprocessing = package.manifest.preprocessing
        self._framing = framing_of(package)
        self._atlas = atlas
        self._crops = _crops(package, atlas)
        options = LoadOptions(Precision.F32, package.manifest.network.taps)
        content = _with_nearest(package.network)
        sizes = check_network(content, package.id, side=package.manifest.square)
        self._network = CheckedNetwork((engine or open_engine()).load(content, options), package.id, sizes)

    def nearest_good(self, frame: Frame, region: Defect | None = None) -> PatchPair:
        """The strangest place of ``region``, of all that is looked at without one, beside the nearest good patch.

        Raises `FrameError`, and `PartNotFoundError` where there is nothing to explain.
        """
        found: tuple[tuple[bool, float], PatchPair] | None = None
        for piece in pieces_of(frame, self._framing, self._preprocessing):
            wanted, is_inside = _places_of(piece, region)
            if not wanted.any() or (found is not None and found[0][0] and not is_inside):
                continue
            outputs = self._network.run(piece.picture)
            heat = np.where(wanted, piece.masked(outputs["heat"]), np.float32(-np.inf))
            row, column = (int(place) for place in np.unravel_index(int(heat.argmax()), heat.shape))
            rank = is_inside, float(heat[row, column])
            if found is None or rank > found[0]:
                number = int(outputs[_NEAREST].reshape(heat.shape)[row, column])
                found = rank, self._pair(piece, row, column, number, rank[1])
        assert found is not None  # a piece is near every region
        return found[1]

    def _pair(self, piece: Piece, row: int, column: int, number: int, heat: float) -> PatchPair:
        if number >= len(self._crops):
            raise _unfit(self._package)
        x, y = piece.middles()
        return PatchPair(
            strange=patch_at(piece.picture, piece.places, row, column, self._atlas.side),
            good=self._crops[number],
            x=int(x[row, column]),
            y=int(y[row, column]),
            heat=heat,
        )


def explainer_of(package: Package, *, engine: Engine | None = None) -> Explainer | None:
    """None where the package cannot explain: it is an older one, or its detector has no memory bank.

    Raises `PackageError` for pictures of patches that do not fit the network, and `EngineError`.
    """
    atlas = package.manifest.patches
    return None if atlas is None else Explainer(package, atlas, engine=engine)


def patch_at(
    picture: NDArray[np.uint8], places: tuple[int, ...], row: int, column: int, side: int
) -> NDArray[np.uint8]:
    """The square of ``side`` pixels around the middle of a place of the map (rows, columns), mirrored at the border."""
    height, width = picture.shape[:2]
    y, x = int((row + 0.5) * height / places[0]), int((column + 0.5) * width / places[1])
    half = side // 2
    rows = _mirrored(np.arange(y - half, y - half + side), height)
    columns = _mirrored(np.arange(x - half, x - half + side), width)
    return np.ascontiguousarray(picture[rows[:, None], columns[None, :]])


def _mirrored(places: NDArray[np.int_], size: int) -> NDArray[np.int_]:
    around = np.abs(places) % (2 * size)
    return np.asarray(np.where(around < size, around, 2 * size - 1 - around), np.int_)


def _places_of(piece: Piece, region: Defect | None) -> tuple[Mask, bool]:
    """The places of a piece that lie in ``region``, True; where none does, those next to it, False."""
    if region is None:
        return np.ones(piece.places, np.bool_), True
    x, y = piece.middles()
    reach = PLACE * float(np.abs(piece.to_frame[:, :2]).sum(axis=1).max())
    for margin in (0.0, reach):
        inside = (
            (x >= region.x - margin)
            & (x <= region.x + region.w + margin)
            & (y >= region.y - margin)
            & (y <= region.y + region.h + margin)
        )
        if inside.any():
            break
    return inside, margin == 0.0


def _crops(package: Package, atlas: PatchAtlas) -> list[NDArray[np.uint8]]:
    pixels = package.picture(atlas.file).pixels if atlas.file in package.files else None
    if (
        pixels is None
        or min(atlas.side, atlas.columns, atlas.count) < 1
        or pixels.shape[1] != atlas.side * atlas.columns
        or pixels.shape[0] * atlas.columns < atlas.side * atlas.count
    ):
        raise _unfit(package.id)
    found = []
    for number in range(atlas.count):
        top, left = atlas.side * (number // atlas.columns), atlas.side * (number % atlas.columns)
        found.append(pixels[top : top + atlas.side, left : left + atlas.side])
    return found


def _unfit(package: str) -> PackageError:
    return PackageError(
        f"The model {package[:12]} cannot explain: its pictures of good patches are not as its manifest says.",
        "Fetch the package again or train the model again.",
    )


def _with_nearest(network: bytes) -> bytes:
    model = onnx.load_model_from_string(network)
    if not any(BANK_PRODUCTS in node.output for node in model.graph.node):
        raise PackageError(
            "The model cannot explain: its network has no memory bank, though its manifest lists patches.",
            "Train the model again.",
        )
    places = helper.make_node("ArgMin", [BANK_PRODUCTS], ["nearest_index"], axis=1, keepdims=0)
    cast = helper.make_node("Cast", ["nearest_index"], [_NEAREST], name=_NEAREST, to=TensorProto.FLOAT)
    model.graph.node.extend([places, cast])
    model.graph.output.append(helper.make_tensor_value_info(_NEAREST, TensorProto.FLOAT, [1, "rows", "columns"]))
    return bytes(model.SerializeToString())


def pack_crops(crops: list[NDArray[np.uint8]], file: str, quality: int = 85) -> tuple[PatchAtlas, bytes]:
    """The crops (side, side, 3), at least one, as one JPEG, and where each is in it."""
    side = crops[0].shape[0]
    columns = int(np.ceil(np.sqrt(len(crops))))
    rows = -(-len(crops) // columns)
    picture = np.zeros((rows * side, columns * side, 3), np.uint8)
    for number, crop in enumerate(crops):
        top, left = side * (number // columns), side * (number % columns)
        picture[top : top + side, left : left + side] = crop
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError(f"the JPEG encoder refused a {picture.shape} picture")
    return PatchAtlas(file=file, side=side, columns=columns, count=len(crops)), bytes(data.tobytes())
