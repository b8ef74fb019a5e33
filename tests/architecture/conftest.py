"""The checkout as these tests see it: every file that a clone of the repository would have."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def checkout() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def repository_files(checkout: Path) -> list[Path]:
    """Tracked files, and those that are about to be: what git does not ignore. Absolute, sorted."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        check=True,
        capture_output=True,
    ).stdout
    paths = {checkout / name.decode() for name in listed.split(b"\0") if name}
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


@pytest.fixture(scope="session")
def texts(repository_files: list[Path]) -> dict[Path, str]:
    """The content of every file that is text."""
    found = {}
    for path in repository_files:
        content = path.read_bytes()
        if b"\0" not in content:
            found[path] = content.decode(errors="replace")
    return found
