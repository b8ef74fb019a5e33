"""The table of settings is complete, and a wrong value is named."""

import json
from pathlib import Path

import pytest

from goodpart.server.run import check_exposure
from goodpart.server.settings import Origin, Settings, SettingsError, is_loopback, variable, without_secrets

LOCALES = Path(__file__).resolve().parents[4] / "web" / "src" / "locales"


def test_every_setting_is_documented() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_setting_is_told_on_the_page_of_the_server(language: str) -> None:
    texts = json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8"))

    assert set(texts["server"]["about"]) == {variable(name) for name in Settings.model_fields}


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODPART_GATEWAY_HOSTS", "plant-server, 10.0.0.7,")

    assert Settings.read().gateway_hosts == ("plant-server", "10.0.0.7")


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODPART_PORT", "9000")

    assert Settings.read().port == 9000
    assert Settings.read(port=9001).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "x"),
        ("SESSION_HOURS", "0"),
        ("EMBEDDED_WORKERS", "perhaps"),
        ("PROXIES", "*"),
        ("PROXIES", "127.0.0.1, proxy.plant"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"GOODPART_{name}", value)

    with pytest.raises(SettingsError, match=f"GOODPART_{name}"):
        Settings.read()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("plant", False),
    ],
)
def test_loopback_is_told_from_the_network(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(SettingsError, match="GOODPART_TLS_KEY"):
        check_exposure(Settings.read(tls_certificate=Path("server.pem")))


def test_each_setting_knows_where_its_value_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODPART_PORT", "9000")
    monkeypatch.setenv("GOODPART_SESSION_HOURS", "8")

    settings = Settings.read(port=9001)

    assert settings.origin("port") is Origin.COMMAND_LINE
    assert settings.origin("session_hours") is Origin.ENVIRONMENT
    assert settings.origin("worker_slots") is Origin.DEFAULT


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", ""),
        ("/var/lib/goodpart", "/var/lib/goodpart"),
        ("postgresql://plant@db/goodpart", "postgresql://plant@db/goodpart"),
        ("postgresql://plant:s3cr3t@db/goodpart", "postgresql://plant:***@db/goodpart"),
        ("postgresql://plant:s3@cr3t@db/goodpart", "postgresql://plant:***@db/goodpart"),
        ("postgresql://db/goodpart?user=plant&password=s3cr3t", "postgresql://db/goodpart?***"),
    ],
)
def test_no_password_is_shown_with_an_address(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
