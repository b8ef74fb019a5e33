"""What a newcomer and a script get from ``goodpart`` itself, whichever command they call."""

import errno
import subprocess
import sys

import click
import pytest

from goodpart.base.errors import GoodpartError
from goodpart.cli import group, main

COMMANDS = ("demo", "train", "evaluate", "inspect", "benchmark", "backbones", "server", "worker", "gateway")


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    said = capsys.readouterr()
    assert isinstance(end.value.code, int)
    return end.value.code, said.out, said.err


def test_the_first_four_lines_of_the_help_are_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ended(capsys, "--help")
    assert status == 0
    assert [line.partition(":")[0] for line in out.splitlines()[:4]] == [
        "See it work",
        "Teach a part",
        "Look at parts",
        "Run a plant",
    ]


def test_a_full_disk_ends_with_2_and_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/identity.json")

    monkeypatch.setattr(group, "main", write)
    status, out, err = ended(capsys, "gateway")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "/data/identity.json" in err


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(group.list_commands(click.Context(group))) == COMMANDS
    out = ended(capsys, "--help")[1]
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = ended(capsys, command, "--help")
    assert (status, out.startswith("Usage: ")) == (0, True)


@pytest.mark.parametrize("arguments", [["paint"], ["train"], ["demo", "--parts", "none"], ["server", "--nonsense"]])
def test_what_is_not_understood_ends_with_2_and_says_why(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = ended(capsys, *arguments)
    assert (status, out) == (2, "")
    assert "Error: " in err


def test_an_error_that_a_person_can_mend_is_one_line_with_its_remedy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command
    def broken() -> None:
        raise GoodpartError("The disk is full.", "Make room.")

    monkeypatch.setattr(group, "get_command", lambda *_: broken)
    assert ended(capsys, "broken") == (2, "", "goodpart: The disk is full. Make room.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "parts", "-o", "part.gpm", "--seed", "-1"],
        ["benchmark", "parts", "--seed", "99999999999999999999"],
        ["evaluate", "part.gpm", "parts", "--cost-escape", "nan", "--cost-overkill", "1"],
        ["evaluate", "part.gpm", "parts", "--cost-escape", "inf", "--cost-overkill", "1"],
        ["evaluate", "part.gpm", "parts", "--cost-escape", "1e308", "--cost-overkill", "1"],
    ],
    ids=lambda arguments: "-".join(arguments[-4:]),
)
def test_a_number_that_makes_no_sense_is_refused_before_anything_is_read(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = ended(capsys, *arguments)
    assert status == 2
    assert "Error: " in err.splitlines()[-1]


def test_ctrl_c_while_the_program_is_being_loaded_ends_it_with_a_sentence() -> None:
    program = (
        "import os, signal, sys\n"
        "class Impatient:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'goodpart.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Impatient())\n"
        "from goodpart.__main__ import start\n"
        "start()"
    )
    ran = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "goodpart: interrupted.\n")


def test_the_help_loads_no_command_so_it_comes_at_once() -> None:
    heavy = "[name for name in ('cv2', 'openvino', 'sqlalchemy', 'fastapi', 'asyncua') if name in sys.modules]"
    program = f"import sys, goodpart.cli; goodpart.cli.group.main(['--help'], standalone_mode=False); print({heavy})"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
