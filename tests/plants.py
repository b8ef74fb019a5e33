"""Whole plants for tests: the demo's processes, kept in a folder that a test can copy and continue."""

import shutil
from collections.abc import Callable
from pathlib import Path

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
