"""``goodpart demo`` as its user types it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.plants import FirstDemo

Arguments = tuple[str, ...]


def _start(data: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "goodpart", "demo", *arguments],
        env={**os.environ, "GOODPART_DATA_DIR": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _processes_of(data: Path) -> list[str]:
    """Command lines of the processes that name this data folder in arguments or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            if str(data).encode() in command + (process / "environ").read_bytes():
                found.append(command.replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_a_headless_demo_accounts_for_every_part_everywhere(first_demo: FirstDemo) -> None:
    figures = first_demo.figures
    assert figures["parts"] == figures["plc_parts"] == figures["journal_inspections"] == 20
    assert figures["server_inspections"] == 20
    assert figures["good"] + figures["bad"] + figures["unsure"] + figures["no_read"] == 20
    assert figures["no_read"] == 0
    assert figures["good"] > 0
    assert 0 < figures["oee"] <= 1.1
    assert figures["start_to_first_verdict_s"] <= 60
    assert figures["trigger_to_output_ms_p50"] > 0
    assert _processes_of(first_demo.data) == []


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_a_second_start_continues_the_history_within_ten_seconds(first_demo: FirstDemo, tmp_path: Path) -> None:
    with _start(first_demo.copy(tmp_path / "data"), "--headless", "--parts", "5", "--json") as demo:
        out, err = demo.communicate(timeout=110)
    assert demo.returncode == 0, err
    figures = json.loads(out)
    assert figures["server_inspections"] == figures["plc_parts"] == figures["journal_inspections"] == 5
    assert figures["start_to_first_verdict_s"] <= 10


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_within_five_seconds(first_demo: FirstDemo, tmp_path: Path, number: signal.Signals) -> None:
    data = first_demo.copy(tmp_path / "data")
    with _start(data, "--port", "0") as demo:
        assert demo.stdout is not None
        assert any("Open  http://127.0.0.1:" in line for line in demo.stdout)
        started = time.monotonic()
        demo.send_signal(number)
        demo.communicate(timeout=20)
        took = time.monotonic() - started
    assert demo.returncode == 0
    assert took <= 5
    assert _processes_of(data) == []


@pytest.mark.timeout(300)
def test_a_killed_demo_leaves_no_orphan(copy_of_plant: Callable[[], Path]) -> None:
    data = copy_of_plant()
    with _start(data, "--port", "0") as demo:
        assert demo.stdout is not None
        assert any("Open  http://127.0.0.1:" in line for line in demo.stdout)
        demo.kill()
        demo.communicate()
    deadline = time.monotonic() + 10
    while _processes_of(data) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _processes_of(data) == []


def _fill_with_pictures(folder: Path, count: int) -> None:
    folder.mkdir()
    random = np.random.default_rng(5)
    for number in range(count):
        picture = np.full((120, 160, 3), 90, np.uint8)
        cv2.circle(picture, (80 + int(random.integers(-3, 4)), 60), 35, (180, 180, 175), -1)
        noisy = np.clip(picture + random.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)
        cv2.imwrite(str(folder / f"part{number:03}.png"), noisy)


@pytest.mark.timeout(300)
def test_the_line_shows_the_pictures_of_a_folder(tmp_path: Path) -> None:
    _fill_with_pictures(tmp_path / "pictures", 60)
    arguments = ("--headless", "--parts", "5", "--json", "--images", str(tmp_path / "pictures"))
    with _start(tmp_path / "data", *arguments) as demo:
        out, err = demo.communicate(timeout=170)
    assert demo.returncode == 0, err
    assert json.loads(out)["server_inspections"] == 5


def _make_empty(folder: Path) -> None:
    folder.mkdir()


def _make_text(folder: Path) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("no picture")


@pytest.mark.parametrize("make", [_make_empty, _make_text, lambda folder: None])
def test_a_folder_without_pictures_is_named_with_the_remedy(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "pictures")
    with _start(tmp_path / "data", "--headless", "--images", str(tmp_path / "pictures")) as demo:
        _, err = demo.communicate(timeout=60)
    assert demo.returncode == 2
    assert str(tmp_path / "pictures") in err.splitlines()[-1]
    assert not (tmp_path / "data").exists()


def test_a_port_in_use_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with _start(tmp_path, "--port", str(port)) as demo:
            _, err = demo.communicate(timeout=60)
    assert demo.returncode == 2
    assert str(port) in err.splitlines()[-1]
    assert "--port" in err.splitlines()[-1]
    assert not (tmp_path / "demo.json").exists()


def test_a_second_demo_on_the_same_folder_is_told_of_the_first(copy_of_plant: Callable[[], Path]) -> None:
    data = copy_of_plant()
    with _start(data, "--port", "0") as first:
        assert first.stdout is not None
        assert any("Open  http://127.0.0.1:" in line for line in first.stdout)
        with _start(data, "--headless") as second:
            _, err = second.communicate(timeout=60)
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=20)
    assert second.returncode == 2
    assert f"End the demo that already runs on {data}" in err


def test_data_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data-version").write_text("999\n")
    with _start(tmp_path, "--headless") as demo:
        _, err = demo.communicate(timeout=60)
    assert demo.returncode == 2
    assert "newer Goodpart" in err
