import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from goodpart.base.processes import start_child, stop_children


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_killed_parent_leaves_no_orphan() -> None:
    script = (
        "import os, sys, time; from goodpart.base.processes import start_child\n"
        "child = start_child(['sleep', '60'], environment=os.environ)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert _is_alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 15
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _is_alive(child)


def test_children_that_do_not_listen_are_killed_after_the_grace() -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    children = [
        start_child([sys.executable, "-c", deaf], environment=os.environ, stdout=subprocess.PIPE) for _ in range(2)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"deaf\n"
    started = time.monotonic()
    stop_children(children, grace_s=0.3)
    assert time.monotonic() - started < 15
    assert [child.returncode for child in children] == [-signal.SIGKILL] * 2
    for child in children:
        assert child.stdout is not None
        child.stdout.close()


def test_children_that_listen_end_by_themselves() -> None:
    child = start_child(["sleep", "60"], environment=os.environ)
    stop_children([child], grace_s=5)
    assert child.returncode == -signal.SIGTERM
