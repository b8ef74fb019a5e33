"""The framing of a package that anyone may have made."""

import cv2
import numpy as np

from goodpart.vision.errors import FrameError, PackageError
from goodpart.vision.frame import decode
from goodpart.vision.framing import Framing
from goodpart.vision.package import Package
from goodpart.vision.registration import Registration

_MOST_PIXELS = 1 << 20


def framing_of(package: Package) -> Framing:
    """How the package wants frames to be looked at. Raises `PackageError` when its golden frame cannot be used."""
    manifest = package.manifest
    reference, alignment = manifest.reference, manifest.view.alignment
    if reference is None or alignment is None:
        return Framing(manifest.view)
    try:
        golden = decode(package.files[reference.file], reference.file)
        if golden.height * golden.width > _MOST_PIXELS:
            raise ValueError(f"it has {golden.width}×{golden.height} pixels")
        gray = np.asarray(cv2.cvtColor(golden.pixels, cv2.COLOR_BGR2GRAY), np.uint8)
        size = reference.height, reference.width
        registration = Registration(gray, size, manifest.view.regions, alignment)
    except (FrameError, ValueError) as error:
        raise PackageError(
            f"The golden frame {reference.file} of the package {package.id[:12]} cannot be used: {error}.",
            "Train the model again.",
        ) from error
    return Framing(manifest.view, registration, reference.least_likeness)
