"""``python -m goodpart.gateway.deployment.prove --data D --package SHA``: does this package do here what it did there?

A process of its own, at the lowest priority: it must not take time from the stations, and what breaks in it breaks
nothing else. Prints one line of JSON, a `ProofResult`.
"""

import argparse
import os
import sys
from pathlib import Path

import msgspec

from goodpart.base.errors import GoodpartError
from goodpart.gateway.deployment.proof import ProofResult
from goodpart.gateway.enrollment.identity import read_signing_keys
from goodpart.gateway.folders import GatewayFolders, is_sha256
from goodpart.vision.inspector import Inspector
from goodpart.vision.package import read_package

_LOWEST_PRIORITY = 19


def prove(folders: GatewayFolders, sha256: str) -> ProofResult:
    """Verify the package and score its golden images."""
    try:
        _, keys = read_signing_keys(folders)
        package = read_package(folders.package(sha256), keys=keys, expected_id=sha256)
        proof = Inspector(package, threads=1).prove()
    except GoodpartError as error:
        return ProofResult(passed=False, cause=error.cause, remedy=error.remedy)
    if proof.passed:
        return ProofResult(passed=True, cause=proof.statement)
    return ProofResult(
        passed=False,
        cause=f"The package {sha256[:12]}… does not do on this machine what it did when it was approved:"
        f" {proof.statement}",
        remedy="Train and approve it again with this version of the software.",
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="goodpart.gateway.deployment.prove")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--package", required=True)
    arguments = parser.parse_args()
    if not is_sha256(arguments.package):
        parser.error("--package is the SHA-256 of a package")
    os.setpriority(os.PRIO_PROCESS, 0, _LOWEST_PRIORITY)
    result = prove(GatewayFolders(arguments.data), arguments.package)
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
