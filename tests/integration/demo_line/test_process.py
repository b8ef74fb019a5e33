"""The line as a process: what it remembers, how it ends, and what it says when it cannot start."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest

from tests.integration.demo_line.lines import PlcClient, StartLine

MODULE = [sys.executable, "-m", "goodpart.demo.line"]


def refused(*arguments: str) -> str:
    """Start a line that cannot start; what it says on stderr."""
    done = subprocess.run([*MODULE, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    return done.stderr


async def test_a_killed_line_goes_on_with_the_next_number(start_line: StartLine) -> None:
    first = start_line("--cycle-ms", "50", "--deadline-ms", "2000")
    first.post("acts_on_results", value=True)
    first.post("feed", parts=None, running=True)
    async with PlcClient(first.plc) as plc:
        first.until(lambda status: status["sequence"] > 0)
        sequence = await plc.read("Part.Sequence")
        await plc.write_result(sequence, 1, reject=False)
        await plc.shows("Result.Accepted", sequence)
        first.until(lambda status: status["sequence"] >= 25 and status["counts"]["ejected"] > 0)
        first.process.kill()
    first.process.wait()

    second = start_line("--cycle-ms", "50", "--deadline-ms", "200")
    status = second.status()
    assert (status["state"], status["reason"]) == ("planned_stop", "held")
    assert status["acts_on_results"] is True
    assert status["counts"]["undecided"] == 0
    last = status["sequence"]
    assert last >= 25
    async with PlcClient(second.plc) as plc:
        assert await plc.read("Part.Sequence") == last
        assert await plc.read("Part.Serial") == second.truth(**{"from": last})[0]["serial"]
        assert await plc.read("Result.Accepted") == sequence
        second.post("feed", parts=3, running=True)
        await plc.shows("Part.Sequence", last + 3)
    second.until(lambda status: status["pending"] == 0)
    parts = second.truth()
    assert [part["sequence"] for part in parts] == list(range(1, last + 4))
    assert len({part["serial"] for part in parts}) == last + 3
    assert all(part["decided_by"] for part in parts)
    assert all(part["ejected"] == part["reject"] for part in parts)
    assert second.status()["counts"]["repeated_outputs"] == 0


def test_the_part_under_the_camera_is_still_there_after_a_kill(start_line: StartLine) -> None:
    first = start_line("--cycle-ms", "200")
    empty = httpx.get(first.camera).content
    first.post("feed", parts=2, running=True)
    first.until(lambda status: status["state"] == "starved")
    frame = httpx.get(first.camera).content
    assert frame != empty
    first.process.kill()
    first.process.wait()
    assert httpx.get(start_line().camera).content == frame


@pytest.mark.alone
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_line_within_a_second_while_clients_are_connected(
    start_line: StartLine, number: signal.Signals
) -> None:
    line = start_line("--cycle-ms", "100")
    line.post("feed", parts=None, running=True)
    plc = PlcClient(line.plc)
    await plc.client.connect()
    asked = time.monotonic()
    line.process.send_signal(number)
    assert line.process.wait(timeout=5) == 0
    assert time.monotonic() - asked < 1.0
    assert line.process.stderr is not None
    assert line.process.stderr.read() == ""
    plc.client.disconnect_socket()


def test_the_line_ends_with_its_parent(tmp_path: Path) -> None:
    parent_code = (
        "import os, subprocess, sys, time\n"
        "line = subprocess.Popen([*sys.argv[1:], '--parent-pid', str(os.getpid())], stdout=subprocess.PIPE)\n"
        "print(line.pid, line.stdout.readline().decode(), flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", parent_code, *MODULE, "--folder", str(tmp_path / "line")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, _, urls = parent.stdout.readline().partition(" ")
        line = os.pidfd_open(int(pid))
        assert httpx.get(json.loads(urls)["control_url"] + "/control/status").status_code == 200
        parent.kill()
    # A process descriptor is readable once its process has ended.
    readable, _, _ = select.select([line], [], [], 15)
    os.close(line)
    assert readable


def test_a_line_whose_parent_is_already_gone_does_not_start(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    done = subprocess.run(
        [*MODULE, "--folder", str(tmp_path / "line"), "--parent-pid", str(gone.pid)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_folder_without_pictures_is_refused_in_one_sentence(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "readme.txt").write_text("no picture")
    said = refused("--folder", str(tmp_path / "line"), "--images", str(pictures))
    assert said.startswith("goodpart: The folder ")
    assert "no picture of a good part" in said
    assert "Put PNG or JPEG" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "line").exists()
    assert "cannot be read" in refused("--folder", str(tmp_path / "line"), "--images", str(tmp_path / "missing"))


@pytest.mark.parametrize("option", ["--plc-port", "--http-port", "--control-port"])
def test_a_port_in_use_is_named(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("--folder", str(tmp_path / "line"), option, str(port))
    assert f"{port} of 127.0.0.1" in said
    assert "choose another one" in said
    assert said.count("\n") == 1


def test_a_folder_in_use_or_of_a_newer_version_is_refused(start_line: StartLine, tmp_path: Path) -> None:
    start_line()
    assert "Another simulated line" in refused("--folder", str(tmp_path / "line"))
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "data-version").write_text("99\n")
    assert "newer Goodpart" in refused("--folder", str(newer))
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "cannot be written" in refused("--folder", str(blocked / "line"))


def test_the_users_pictures_are_shown_with_their_truth(start_line: StartLine, tmp_path: Path) -> None:
    for name, grey in (("train/good/0", 10), ("train/good/1", 20), ("test/good/0", 100), ("test/dent/0", 200)):
        file = tmp_path / "Lids" / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(file), np.full((48, 64, 3), grey, np.uint8))
    (tmp_path / "Lids" / "notes.txt").write_text("hello")
    line = start_line("--images", str(tmp_path / "Lids"), "--cycle-ms", "100")
    status = line.status()
    assert status["part_numbers"] == ["LIDS"]
    assert status["skipped_files"] == 1
    teaching = line.http.get("/control/teaching", params={"part_number": "LIDS", "count": 50}).json()
    assert teaching["available"] == len(teaching["urls"]) == 2
    line.post("feed", parts=2, running=True)
    line.until(lambda status: status["state"] == "starved")
    assert sorted((part["truth"], part["defect"]) for part in line.truth()) == [("bad", "dent"), ("good", "")]


def test_real_pictures_are_shown_as_they_are_in_their_folder(start_line: StartLine, real_images: Path) -> None:
    line = start_line("--images", str(real_images / "cookie"), "--cycle-ms", "100")
    line.post("feed", parts=5, running=True)
    status = line.until(lambda status: status["state"] == "starved")
    assert status["skipped_files"] == 0
    frame = cv2.imdecode(np.frombuffer(httpx.get(line.camera).content, np.uint8), cv2.IMREAD_COLOR)
    assert frame is not None
    assert frame.shape == (768, 576, 3)
