"""Imports point one way: the contracts of .importlinter hold."""

from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

CONTRACTS = Path(__file__).resolve().parents[2] / ".importlinter"


def test_imports_point_one_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(CONTRACTS), cache_dir=str(tmp_path), no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
