"""The tutorial as its reader follows it: each command of the page in its order, each line that the page promises.

The commands and the lines are the page's own; nothing of them is repeated here.
"""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.plants import FirstDemo

PAGE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "first-ten-minutes.md"
STARTS_AFTER = "<!-- the test starts after this"
BLOCK = re.compile(
    r"(?P<endless><!-- runs until Ctrl-C -->\s+)?"
    r"^```sh\n(?P<commands>.*?)^```$"
    r"(?:\s+^```text\n(?P<promised>.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    commands: str
    promised: tuple[str, ...]
    """What is said, line by line, in this order; other lines may stand between."""
    endless: bool

    def missing(self, said: str) -> list[str]:
        """The promised lines from the first one on that was not said."""
        lines = iter(said.splitlines())
        for number, promise in enumerate(self.promised):
            if not any(pattern_of(promise).fullmatch(line.strip()) for line in lines):
                return list(self.promised[number:])
        return []


def pattern_of(promise: str) -> re.Pattern[str]:
    """``…`` stands for anything, a space for any number of them."""
    words = (r"\s+".join(re.escape(word) for word in part.split(" ")) for part in promise.strip().split("…"))
    return re.compile(".*".join(words))


def steps() -> list[Step]:
    _, _, followed = PAGE.read_text().partition(STARTS_AFTER)
    # The first commands install: whoever runs this has done so.
    _, *rest = BLOCK.finditer(followed)
    return [
        Step(found["commands"], tuple((found["promised"] or "").splitlines()), bool(found["endless"])) for found in rest
    ]


@pytest.fixture
def desk(first_demo: FirstDemo, tmp_path: Path) -> Path:
    """An empty folder, but for the plant that the page has its reader make: taught already, to save a minute."""
    first_demo.copy(tmp_path / "first-plant")
    return tmp_path


def shell(desk: Path, commands: str) -> subprocess.Popen[str]:
    """``goodpart`` and ``python`` are those that run this test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = f'set -e\ngoodpart() {{ python -m goodpart "$@"; }}\n{commands}'
    return subprocess.Popen(
        ["bash", "-c", script],
        cwd=desk,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def follow(desk: Path, step: Step) -> str:
    """Everything that was said."""
    with shell(desk, step.commands) as running:
        if not step.endless:
            said, _ = running.communicate(timeout=120)
            assert running.returncode == 0, said
            return said
        assert running.stdout is not None
        said = ""
        try:
            for line in running.stdout:
                said += line
                if not step.missing(said):
                    look_at(said)
                    break
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.communicate(timeout=30)
        assert running.returncode == 0, said
        return said


def look_at(said: str) -> None:
    """Open what was printed, as far as that goes without a browser."""
    address = re.search(r"http://\S+", said)
    assert address is not None
    with urllib.request.urlopen(address.group().partition("#")[0], timeout=10) as answer:
        assert answer.status == 200


def test_the_page_leads_from_pictures_to_a_figure() -> None:
    commands = " ".join(step.commands for step in steps())
    ways = ["goodpart train", "goodpart inspect", "goodpart demo --headless"]
    assert [way for way in ways if way not in commands] == []
    assert any("oee" in line for step in steps() for line in step.promised)


def test_commands_without_a_promise_are_none() -> None:
    assert [step.commands for step in steps() if not step.promised] == []


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_each_command_does_what_the_page_says(desk: Path) -> None:
    for step in steps():
        said = follow(desk, step)
        assert step.missing(said) == [], f"{PAGE.name} promises this after\n{step.commands}\nbut it said\n{said}"


@pytest.mark.parametrize(
    ("promise", "line", "kept"),
    [
        ('"parts": 20,', '  "parts": 20,', True),
        ("good … new/fine.png", "good       1.0014    136.9 ms  new/fine.png", True),
        ("good … new/fine.png", "bad        1.0014    136.9 ms  new/fine.png", False),
        ("in … s.", "in 3.1 s, or so", False),
    ],
    ids=["indented", "anything between", "another verdict", "goes on"],
)
def test_a_promise_is_kept_by_the_whole_line_only(promise: str, line: str, *, kept: bool) -> None:
    assert (Step("", (promise,), endless=False).missing(line) == []) is kept
