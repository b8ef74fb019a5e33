"""The server as a process: what it prints, how it ends, and what it says where it cannot start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from goodpart.base.files import write_durably


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "goodpart", "server", "--data", str(folder), *arguments]


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A server on free ports, and the addresses that it printed."""
    arguments = ("--port", "0", "--gateway-port", "0", "--json", *arguments)
    with subprocess.Popen(
        command(folder, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            yield process, json.loads(line)
        finally:
            process.kill()


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """What it says as it ends with exit code 2, on one line."""
    answer = subprocess.run(
        command(folder, *arguments), capture_output=True, text=True, env=os.environ | environment, check=False
    )
    assert answer.returncode == 2, answer.stderr
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr


def sign_in_first(addresses: dict[str, str]) -> httpx.Client:
    client = httpx.Client(base_url=addresses["url"], headers={"X-Goodpart": "1"}, trust_env=False, timeout=30)
    token = addresses["first_run_url"].split("#")[1]
    body = {"token": token, "name": "Ada", "password": "a good long password"}
    assert client.post("/api/session/first-run", json=body).status_code == 201
    return client


@pytest.mark.alone
def test_it_serves_until_it_is_told_to_stop_even_with_streams_open(tmp_path: Path) -> None:
    with running(tmp_path / "data") as (process, addresses), closing(sign_in_first(addresses)) as client:
        assert addresses["gateway_url"].startswith("https://127.0.0.1:")
        assert client.get("/healthz").json() == {"status": "ok"}
        with client.stream("GET", "/api/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith("id: ")
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            for _ in lines:
                pass
        assert process.wait(10) == 0
        assert time.monotonic() - started < 3
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_second_start_finds_its_data_and_asks_for_no_account(tmp_path: Path) -> None:
    with running(tmp_path / "data") as (process, addresses):
        sign_in_first(addresses).close()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0

    with running(tmp_path / "data") as (_, addresses):
        assert addresses["first_run_url"] is None
        client = httpx.Client(base_url=addresses["url"], headers={"X-Goodpart": "1"}, trust_env=False)
        with client:
            body = {"name": "Ada", "password": "a good long password"}
            assert client.post("/api/session", json=body).status_code == 201


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        exposed = [file for file in (tmp_path / "data").rglob("*") if file.is_file() and file.stat().st_mode & 0o077]
    assert [file.name for file in exposed] == []


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(tmp_path / "data", "--port", str(port), "--gateway-port", "0")
        assert f"Port {port} of 127.0.0.1 is in use" in said
        assert "GOODPART_PORT" in said
        said = refused(tmp_path / "data", "--port", "0", "--gateway-port", str(port))
        assert "GOODPART_GATEWAY_PORT" in said
    assert not (tmp_path / "data").exists()


def test_the_network_is_not_served_without_tls(tmp_path: Path) -> None:
    said = refused(tmp_path / "data", "--host", "0.0.0.0", "--port", "0", "--gateway-port", "0")

    assert "without TLS" in said


def test_data_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    write_durably(tmp_path / "data-version", b"99\n")

    said = refused(tmp_path, "--port", "0", "--gateway-port", "0")

    assert "newer Goodpart" in said
    assert [file.name for file in tmp_path.iterdir()] == ["data-version"]


def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        said = refused(tmp_path / "data", "--port", "0", "--gateway-port", "0")
    assert "Another Goodpart server" in said


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    said = refused(tmp_path / "file" / "data", "--port", "0", "--gateway-port", "0")

    assert "cannot be written" in said
    assert "GOODPART_DATA_DIR" in said


@pytest.mark.parametrize(("limit", "named"), [(100, "pki"), (20_000, "goodpart.db")])
def test_a_full_disk_is_one_sentence_that_names_the_file(tmp_path: Path, limit: int, named: str) -> None:
    script = (
        "import resource, signal, sys; from goodpart.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))\n"
        "main(sys.argv[2:])"
    )
    arguments = ["server", "--data", str(tmp_path), "--port", "0", "--gateway-port", "0"]
    answer = subprocess.run(
        [sys.executable, "-c", script, str(limit), *arguments], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert f"{tmp_path}/" in answer.stderr
    assert named in answer.stderr
    assert "space" in answer.stderr
    assert "GOODPART_DATABASE_URL" not in answer.stderr
    assert not (tmp_path / ".pki.draft").exists()


def test_a_database_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "goodpart.db").write_bytes(b"this is no database, but it is longer than a header" * 100)

    said = refused(tmp_path, "--port", "0", "--gateway-port", "0")

    assert "cannot be used" in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [("GOODPART_PORT", "http"), ("GOODPART_SESSION_HOURS", "0"), ("GOODPART_OBJECTS_URL", "ftp:")],
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, variable: str, value: str) -> None:
    arguments = () if variable == "GOODPART_PORT" else ("--port", "0", "--gateway-port", "0")

    assert variable in refused(tmp_path / "data", *arguments, **{variable: value})


def test_workers_of_their_own_need_postgresql(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "goodpart", "worker"], capture_output=True, text=True, cwd=tmp_path, check=False
    )

    assert answer.returncode == 2
    assert "PostgreSQL" in answer.stderr
    assert list(tmp_path.iterdir()) == []
