"""The data folder: one place for everything, and no name that leads out of it."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.base.errors import DataFolderError
from goodpart.gateway.folders import GatewayFolders, is_sha256, is_station_name


def test_a_fresh_folder_is_made_and_opened_again(tmp_path: Path) -> None:
    folders = GatewayFolders.open(tmp_path / "new" / "gateway")
    assert GatewayFolders.open(folders.root) == folders
    assert folders.stations_on_disk() == ()
    assert stat.S_IMODE(folders.identity_folder.stat().st_mode) == 0o700


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data-version").write_text("99\n")
    with pytest.raises(DataFolderError, match="newer"):
        GatewayFolders.open(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["data-version"]


@given(st.text(max_size=80))
def test_a_name_that_is_accepted_stays_inside(text: str) -> None:
    folders = GatewayFolders(Path("/plant"))
    if is_station_name(text):
        assert folders.station(text).root.parent == folders.stations
        assert folders.station(text).root.name == text
    else:
        with pytest.raises(ValueError, match="station"):
            folders.station(text)
    assert is_sha256(text) <= (len(text) == 64 and text.isascii())


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a\0b", "-rf", "_a", "a" * 65, "a b", "ä", "a\n"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert not is_station_name(name)


def test_stations_are_found_by_their_folders(tmp_path: Path) -> None:
    folders = GatewayFolders.open(tmp_path)
    for name in ("two", "one"):
        folders.station(name).root.mkdir()
    (folders.stations / "a file").touch()
    (folders.stations / "file").touch()
    assert [each.station for each in folders.stations_on_disk()] == ["one", "two"]
    assert folders.station("one").image("ab" * 32) == tmp_path / "stations" / "one" / "images" / "ab" / ("ab" * 32)
