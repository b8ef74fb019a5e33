"""One file that holds everything a verdict needs, named by its SHA-256: a ``.gpm`` zip.

    manifest.json     what is inside, how to use it, the hash of every other file
    signature.json    Ed25519 over the very bytes of the manifest; missing in a candidate
    network.onnx      backbone and scoring
    report.json       the training report
    patches.jpg       what the memory bank's patches look like, for explanations; may be missing
    golden/…          pictures with the trainer's scores, to be reproduced before the package is used

It is read with bounds on everything and unpickled never.
"""

from goodpart.vision.package.manifest import BackboneId, GoldenImage, Manifest, NetworkSpec, PatchAtlas, StoredFile
from goodpart.vision.package.reading import Package, read_package
from goodpart.vision.package.writing import sign_package, write_candidate

__all__ = [
    "BackboneId",
    "GoldenImage",
    "Manifest",
    "NetworkSpec",
    "Package",
    "PatchAtlas",
    "StoredFile",
    "read_package",
    "sign_package",
    "write_candidate",
]
