"""The table of the gateway's settings is complete, and a wrong value is named."""

from pathlib import Path

import pytest

from goodpart.gateway.settings import GatewaySettings, SettingsError, read_settings


def test_every_setting_is_documented() -> None:
    for name, field in GatewaySettings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_the_environment_is_read_and_an_argument_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOODPART_DATA_DIR", str(tmp_path / "one"))
    monkeypatch.setenv("GOODPART_GATEWAY_BATCH_EVENTS", "7")
    assert read_settings().data_dir == tmp_path / "one"
    assert read_settings(tmp_path / "two").data_dir == tmp_path / "two"
    assert read_settings().batch_events == 7


def test_a_data_folder_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert read_settings(Path("here")).data_dir == tmp_path / "here"
    assert read_settings(Path("~/there")).data_dir == tmp_path / "there"


def test_settings_of_the_server_on_the_same_machine_are_not_the_gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODPART_GATEWAY_PORT", "8443")
    monkeypatch.setenv("GOODPART_GATEWAY_HOSTS", "plant-server")
    assert read_settings() == read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATCH_EVENTS", "0"),
        ("BATCH_BYTES", "1"),
        ("JOURNAL_POLL_MS", "fast"),
        ("LOG_LEVEL", "loud"),
        ("REPORT_EVERY_S", "nan"),
        ("DISK_RESERVE_MB", "-1"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GOODPART_GATEWAY_{name}", value)
    with pytest.raises(SettingsError, match=f"GOODPART_GATEWAY_{name}") as caught:
        read_settings()
    assert caught.value.remedy
