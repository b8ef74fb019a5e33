import resource
import subprocess
import sys
from pathlib import Path

import pytest

from goodpart.base.errors import DataFolderError
from goodpart.base.files import open_data_folder, write_durably


def test_a_written_file_is_whole_and_alone(tmp_path: Path) -> None:
    target = tmp_path / "state.json"
    write_durably(target, b"old")
    write_durably(target, b"new")
    assert target.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_a_secret_is_never_readable_by_others(tmp_path: Path) -> None:
    target = tmp_path / "key.pem"
    write_durably(target, b"secret", mode=0o600)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path) -> None:
    target = tmp_path / "state.json"
    write_durably(target, b"old")
    script = (
        "import resource, signal, sys; from pathlib import Path; from goodpart.base.files import write_durably\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_durably(Path(sys.argv[1]), b'x' * 5000)"
    )
    result = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, check=False)
    assert b"OSError" in result.stderr
    assert target.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_a_data_folder_is_made_and_opened_again(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    open_data_folder(folder, version=3)
    open_data_folder(folder, version=3)
    assert (folder / "data-version").read_text() == "3\n"


def test_data_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    open_data_folder(tmp_path, version=4)
    with pytest.raises(DataFolderError, match=r"newer Goodpart .*Install that newer version"):
        open_data_folder(tmp_path, version=3)
    assert (tmp_path / "data-version").read_text() == "4\n"


def test_a_damaged_version_stamp_is_named(tmp_path: Path) -> None:
    (tmp_path / "data-version").write_text("four")
    with pytest.raises(DataFolderError, match=r"data-version does not hold a version number.*backup"):
        open_data_folder(tmp_path, version=3)


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match=r"cannot be written.*GOODPART_DATA_DIR"):
        open_data_folder(tmp_path / "file" / "data", version=1)


@pytest.mark.parametrize("first_start", [True, False])
def test_a_disk_without_space_is_told_at_the_start(tmp_path: Path, first_start: bool) -> None:
    if not first_start:
        open_data_folder(tmp_path, version=1)
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from goodpart.base.files import open_data_folder\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "open_data_folder(Path(sys.argv[1]), version=2)"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0
    result = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, check=False)
    assert b"cannot be written" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ([] if first_start else ["data-version"])
