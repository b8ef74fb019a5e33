"""Ctrl-C on a long command: it ends with 130 and a sentence, and leaves nothing half-written."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.vision.conftest import Trained
from tests.integration.vision.drawn_parts import write_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("data") / "lids", train=40, good=10, bad=10)


def interrupted_at_the_bar(stage: str, *arguments: str | Path) -> tuple[int, str]:
    """Run a command on a terminal, press Ctrl-C once the bar shows ``stage``; its exit code and all it said there."""
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "goodpart", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=inside,
        start_new_session=True,
    )
    os.close(inside)
    said = b""
    pressed = False
    try:
        while True:
            try:
                more = os.read(terminal, 4096)
            except OSError:  # what Linux says at the end of a terminal whose last writer is gone
                break
            if not more:
                break
            said += more
            if not pressed and f"{stage} ".encode() in said:
                pressed = True
                os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(terminal)
    assert pressed, said.decode()
    return status, said.decode()


def test_an_interrupted_training_leaves_no_package(folder: Path, tmp_path: Path) -> None:
    status, said = interrupted_at_the_bar("defects", "train", folder, "-o", tmp_path / "part.gpm")
    assert status == 130
    assert "goodpart: interrupted." in said
    assert "part.gpm was not written." in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_evaluation_had_told_how_far_it_was_and_leaves_no_report(
    trained: Trained, folder: Path, tmp_path: Path
) -> None:
    status, said = interrupted_at_the_bar(
        "report", "evaluate", trained.path, folder, "--report", tmp_path / "page.html"
    )
    assert status == 130
    assert "No report was written." in said
    assert "] 30/30" in said
    assert " s left" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_benchmark_leaves_no_model_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    status, said = interrupted_at_the_bar("images", "benchmark", folder)
    assert status == 130
    assert "nothing is left" in said
    assert list(tmp_path.iterdir()) == []
