"""Training in a process of its own, as the server starts it: lines of JSON, and a clean end when it is told to stop."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from goodpart.vision.package import read_package
from goodpart.vision.training import TrainingReport
from tests.integration.vision.drawn_parts import SMALL, draw_part, encoded


def start(job: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "goodpart.vision.training", str(job)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def job_in(folder: Path, count: int, **changes: object) -> Path:
    images = []
    for number in range(count):
        path = folder / f"{number}.jpg"
        path.write_bytes(encoded(draw_part(number)))
        images.append({"path": str(path), "label": "good", "name": f"lid {number}"})
    job = {"images": images, "out": str(folder / "out.gpm"), "settings": msgspec.to_builtins(SMALL), "seed": 1}
    file = folder / "job.json"
    file.write_text(json.dumps({**job, **changes}))
    return file


def test_a_job_ends_in_a_package_and_its_report(tmp_path: Path) -> None:
    process = start(job_in(tmp_path, 10))
    output, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, "")
    lines = [json.loads(line) for line in output.splitlines()]
    assert {line["type"] for line in lines[:-1]} == {"progress"}
    assert set(lines[0]) == {"type", "stage", "done", "total", "remaining_s"}
    assert lines[-1]["type"] == "finished"
    report = msgspec.convert(lines[-1]["report"], TrainingReport)
    assert report.package_id == read_package(tmp_path / "out.gpm", keys=None).id
    assert report.scores[0].name == "lid 0"


@pytest.mark.parametrize("count", [40])
def test_terminated_it_says_so_and_leaves_nothing(count: int, tmp_path: Path) -> None:
    process = start(job_in(tmp_path, count))
    assert process.stdout is not None
    first = process.stdout.readline()
    assert json.loads(first)["type"] == "progress"
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=60)
    last = json.loads(output.splitlines()[-1])
    assert (last["type"], last["code"]) == ("failed", "training_cancelled")
    assert (process.returncode, errors) == (2, "")
    assert [path.name for path in tmp_path.iterdir() if "gpm" in path.name] == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"images": []}, "no image of a good part"),
        ({"images": [{"path": "nowhere.jpg"}]}, "nowhere.jpg cannot be opened"),
        ({"settings": {"side": 100}}, "multiple of 32"),
        ({"images": "all"}, "cannot be read"),
        ({"settings": {"backbone": "none"}}, "no backbone named"),
    ],
)
def test_a_job_that_cannot_be_done_fails_with_a_sentence(
    changes: dict[str, object], cause: str, tmp_path: Path
) -> None:
    process = start(job_in(tmp_path, 3, **changes))
    output, errors = process.communicate(timeout=60)
    last = json.loads(output.splitlines()[-1])
    assert last["type"] == "failed"
    assert cause in last["cause"]
    assert last["remedy"]
    assert (process.returncode, errors) == (2, "")


def test_a_place_that_cannot_be_written_fails_with_a_sentence(tmp_path: Path) -> None:
    process = start(job_in(tmp_path, 3, out=str(tmp_path / "missing" / "out.gpm")))
    output, _ = process.communicate(timeout=60)
    assert "cannot be written" in json.loads(output.splitlines()[-1])["cause"]
