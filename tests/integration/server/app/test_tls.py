"""The browser listener with a certificate of the plant's own."""

import ssl
from pathlib import Path

import httpx
import pytest

from goodpart.server.run import check_exposure, serving
from goodpart.server.settings import Settings, SettingsError
from goodpart.trust.certificates import key_to_pem, make_server_certificate, new_key, to_pem
from goodpart.web.cookies import COOKIE
from tests.fakes.authorities import TestAuthority
from tests.fakes.clocks import SteppingClock
from tests.integration.server.conftest import make_first_account


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


async def test_over_tls_the_cookie_is_for_tls_alone(
    settings: Settings, clock: SteppingClock, database_url: str, tmp_path: Path
) -> None:
    authority, key = TestAuthority(), new_key()
    certificate = make_server_certificate(key, ["127.0.0.1"], authority.issuer, authority.issuer_key, authority.now)
    (tmp_path / "tls.pem").write_text(to_pem(certificate, authority.issuer))
    (tmp_path / "tls.key").write_bytes(key_to_pem(key))
    secured = settings.model_copy(
        update={"tls_certificate": tmp_path / "tls.pem", "tls_key": tmp_path / "tls.key", "host": "0.0.0.0"}
    )
    async with serving(secured, clock, with_jobs=False) as (server, addresses):
        url = addresses.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("https://")
        context = ssl.create_default_context(cadata="".join(authority.bundle.roots_pem))
        async with httpx.AsyncClient(
            base_url=url, verify=context, headers={"X-Goodpart": "1"}, trust_env=False
        ) as client:
            await make_first_account(server, client)
            (cookie,) = [cookie for cookie in client.cookies.jar if cookie.name == COOKIE]
            assert cookie.secure
            assert (await client.get("/healthz")).headers["strict-transport-security"].startswith("max-age=")


async def test_a_certificate_without_its_key_is_named(
    settings: Settings, clock: SteppingClock, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "tls.pem").write_text("no certificate")
    secured = settings.model_copy(update={"tls_certificate": tmp_path / "tls.pem", "tls_key": tmp_path / "tls.pem"})

    with pytest.raises(SettingsError, match="GOODPART_TLS_CERTIFICATE"):
        async with serving(secured, clock, with_jobs=False):
            pass


async def test_a_plant_without_a_ca_uses_that_of_the_server(
    settings: Settings, clock: SteppingClock, database_url: str
) -> None:
    secured = settings.model_copy(update={"tls_own_ca": True, "host": "0.0.0.0"})
    async with serving(secured, clock, with_jobs=False) as (server, addresses):
        url = addresses.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("https://")
        context = ssl.create_default_context(cadata="".join(server.authority.bundle.roots_pem))
        context.verify_flags |= ssl.VerifyFlags(0x200000)  # the certificate is of the stepping clock's day
        async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False) as client:
            assert (await client.get("/healthz")).status_code == 200


def test_both_a_supplied_certificate_and_the_own_ca_are_one_too_many(tmp_path: Path) -> None:
    both = Settings.read(tls_own_ca=True, tls_certificate=tmp_path / "tls.pem", tls_key=tmp_path / "tls.key")

    with pytest.raises(SettingsError, match="GOODPART_TLS_OWN_CA"):
        check_exposure(both)


def test_nobody_listens_to_the_network_without_tls() -> None:
    with pytest.raises(SettingsError, match="without TLS") as refused:
        check_exposure(Settings.read(host="0.0.0.0"))

    assert "GOODPART_TLS_OWN_CA" in refused.value.remedy
