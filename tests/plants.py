"""Whole plants for tests: the demo's processes, kept in a folder that a test can copy and continue."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from goodpart.demo.children import Children
from goodpart.demo.run import Demo, DemoOptions


class RestartingChildren(Children):
    """Restarts what was killed, as the plant's service manager does."""

    def check(self) -> None:
        for name, child in list(self.running.items()):
            if child.poll() is not None:
                if child.stdout is not None:
                    child.stdout.close()
                self.restart(name)


def plant_in(folder: Path, children: type[Children] = Children, *, cycle_ms: int = 250) -> Demo:
    options = DemoOptions(data=folder, browser_port=0, cycle_ms=cycle_ms, images=None, say=print)
    return Demo(options, children)


@pytest.fixture(scope="session")
def taught_plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Taught, enrolled, promoted to production, and standing still."""
    folder = tmp_path_factory.mktemp("plant") / "data"
    with plant_in(folder) as plant:
        plant.start()
        plant.reach_production()
        assert plant.run_parts(3).agrees
    return folder


@pytest.fixture
def copy_of_plant(taught_plant: Path, tmp_path: Path) -> Callable[[], Path]:
    """Copies the taught plant into this test's folder: the same identities, ports and history."""

    def copy() -> Path:
        return Path(shutil.copytree(taught_plant, tmp_path / "data"))

    return copy


@dataclass(frozen=True)
class FirstDemo:
    """A headless demo that began with nothing, and has ended."""

    data: Path
    figures: dict[str, Any]

    def copy(self, to: Path) -> Path:
        """The same identities, ports and history, in the folder ``to``, which is not there yet."""
        return Path(shutil.copytree(self.data, to))


@pytest.fixture(scope="session")
def first_demo(tmp_path_factory: pytest.TempPathFactory) -> FirstDemo:
    """Made by the command alone, for those who start it a second time."""
    data = tmp_path_factory.mktemp("first") / "data"
    command = [sys.executable, "-m", "goodpart", "demo", "--headless", "--parts", "20", "--json", "--data", str(data)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stderr
    return FirstDemo(data, json.loads(ran.stdout))
