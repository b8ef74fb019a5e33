"""Each process is killed once at each step of a part's way; every part is still accounted for, everywhere, once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from goodpart.base.killpoints import KillPoint
from tests.plants import RestartingChildren, plant_in

PARTS = 12


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", list(KillPoint))
def test_a_kill_loses_no_part_and_repeats_no_output(
    point: KillPoint, copy_of_plant: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    struck = tmp_path / "struck"
    monkeypatch.setenv("GOODPART_KILL_AT", f"{point}:{struck}")
    with plant_in(copy_of_plant(), RestartingChildren) as plant:
        plant.start()
        figures = plant.run_parts(PARTS)
    assert struck.exists(), "no process passed this point"
    assert figures.agrees, figures
    assert figures.no_read < PARTS
