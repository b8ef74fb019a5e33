"""A simulated line as a process of its own, for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.demo_line.lines import LineProcess, StartLine


@pytest.fixture
def start_line(tmp_path: Path) -> Iterator[StartLine]:
    """Start a line; a second one on the same folder goes on where the first stopped."""
    started: list[LineProcess] = []

    def start(*arguments: str, folder: Path = tmp_path / "line") -> LineProcess:
        line = LineProcess(folder, *arguments)
        started.append(line)
        return line

    yield start
    for line in started:
        line.close()
