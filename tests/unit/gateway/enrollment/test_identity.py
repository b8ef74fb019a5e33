"""The identity on disk: it holds together, or it is refused with a sentence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from goodpart.gateway.enrollment.errors import (
    EnrollmentError,
    IdentityDamagedError,
    NotEnrolledError,
    UnusableAnswerError,
)
from goodpart.gateway.enrollment.identity import (
    ServerAddress,
    check_identity,
    is_enrolled,
    prepare_key,
    read_enrolled,
    read_signing_keys,
    store_identity,
    store_server,
)
from goodpart.gateway.enrollment.renewal import is_due, renewal_request, take_renewal
from goodpart.gateway.enrollment.tls import gateway_context
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import load_request, make_request, new_key, to_pem
from goodpart.wire.enrollment import TrustBundle
from tests.fakes.authorities import TestAuthority

NOW = datetime(2026, 11, 2, tzinfo=UTC)
AUTHORITY = TestAuthority(NOW)


@pytest.fixture
def folders(tmp_path: Path) -> GatewayFolders:
    return GatewayFolders.open(tmp_path / "gateway")


@pytest.fixture
def enrolled(folders: GatewayFolders) -> GatewayFolders:
    identity = AUTHORITY.identity(make_request(prepare_key(folders)), "g1", NOW)
    store_server(folders, ServerAddress(url="https://plant:8443"))
    store_identity(folders, identity)
    return folders


def test_a_fresh_folder_says_how_to_enrol(folders: GatewayFolders) -> None:
    assert not is_enrolled(folders)
    with pytest.raises(NotEnrolledError, match="--join"):
        read_enrolled(folders)
    with pytest.raises(NotEnrolledError):
        read_signing_keys(folders)


def test_what_is_stored_is_read(enrolled: GatewayFolders) -> None:
    found = read_enrolled(enrolled)
    assert (found.gateway, found.server.url) == ("g1", "https://plant:8443")
    assert found.keys.keys == (AUTHORITY.signer.public_key,)


@pytest.mark.parametrize("name", ["key.pem", "identity.json", "server.json"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"{}", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"]
)
def test_a_damaged_file_is_a_sentence_that_names_the_folder(
    enrolled: GatewayFolders, name: str, content: bytes
) -> None:
    (enrolled.identity_folder / name).write_bytes(content)
    with pytest.raises(IdentityDamagedError, match="identity") as caught:
        read_enrolled(enrolled)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["key.pem", "server.json"])
def test_a_missing_file_is_a_sentence(enrolled: GatewayFolders, name: str) -> None:
    (enrolled.identity_folder / name).unlink()
    with pytest.raises(IdentityDamagedError):
        read_enrolled(enrolled)


def test_the_key_of_another_gateway_does_not_fit(enrolled: GatewayFolders) -> None:
    prepare_key(enrolled)
    enrolled.next_key.replace(enrolled.key)
    with pytest.raises(IdentityDamagedError, match="does not fit"):
        read_enrolled(enrolled)


def test_a_prepared_key_is_the_same_until_it_is_used(folders: GatewayFolders) -> None:
    first = prepare_key(folders)
    assert prepare_key(folders).public_key() == first.public_key()
    folders.next_key.write_bytes(b"cut short")
    assert prepare_key(folders).public_key() != first.public_key()


def test_an_identity_that_does_not_hold_together_is_refused() -> None:
    other = TestAuthority(NOW)
    key = new_key()
    good = AUTHORITY.identity(make_request(key), "g1", NOW)
    foreign_issuer = other.certify(make_request(key), "g1", NOW)
    broken = {
        "not PEM": msgspec.structs.replace(good, certificate_pem="certificate"),
        "another gateway": msgspec.structs.replace(good, gateway="g2"),
        "another CA's leaf": msgspec.structs.replace(good, certificate_pem=to_pem(foreign_issuer, AUTHORITY.issuer)),
        "another CA's bundle": msgspec.structs.replace(good, bundle=other.bundle),
        "no issuer": msgspec.structs.replace(good, certificate_pem=to_pem(AUTHORITY.certify(make_request(key), "g1"))),
        "no gateway's certificate": msgspec.structs.replace(good, certificate_pem=to_pem(AUTHORITY.issuer)),
        "no roots": msgspec.structs.replace(good, bundle=TrustBundle(roots_pem=())),
        "no keys": msgspec.structs.replace(good, signing_keys=()),
    }
    check_identity(good, key)
    for what, identity in broken.items():
        with pytest.raises(UnusableAnswerError) as caught:
            check_identity(identity, key)
        assert caught.value.remedy, what
    with pytest.raises(UnusableAnswerError, match="another key"):
        check_identity(good, new_key())


def test_a_certificate_is_renewed_from_a_third_of_its_life_on_and_after_its_end(enrolled: GatewayFolders) -> None:
    found = read_enrolled(enrolled)
    third = timedelta(days=365) / 3
    assert not is_due(found, NOW)
    assert not is_due(found, NOW + third - timedelta(seconds=1))
    assert is_due(found, NOW + third)
    assert is_due(found, NOW + timedelta(days=5 * 365))


def test_a_renewal_brings_a_new_key_and_keeps_the_old_identity_until_then(enrolled: GatewayFolders) -> None:
    before = read_enrolled(enrolled)
    request = renewal_request(enrolled)
    assert load_request(request.csr_pem).public_key() != before.certificate.public_key()
    assert read_enrolled(enrolled).certificate == before.certificate
    later = NOW + timedelta(days=200)
    after = take_renewal(enrolled, before, AUTHORITY.identity(request.csr_pem, "g1", later))
    assert read_enrolled(enrolled).identity == after.identity
    assert read_enrolled(enrolled).server == before.server
    assert not enrolled.next_key.exists()


def test_a_renewal_for_another_key_or_gateway_changes_nothing(enrolled: GatewayFolders) -> None:
    before = read_enrolled(enrolled)
    request = renewal_request(enrolled)
    for answer in (
        AUTHORITY.identity(make_request(new_key()), "g1", NOW),
        AUTHORITY.identity(request.csr_pem, "g2", NOW),
    ):
        with pytest.raises(EnrollmentError):
            take_renewal(enrolled, before, answer)
        assert read_enrolled(enrolled).identity == before.identity


def test_a_clock_without_a_battery_does_not_judge_the_server_by_its_dates(enrolled: GatewayFolders) -> None:
    found = read_enrolled(enrolled)
    no_check_time = 0x200000
    assert gateway_context(found, datetime(1970, 1, 1, tzinfo=UTC)).verify_flags & no_check_time
    assert not gateway_context(found, NOW).verify_flags & no_check_time
    assert not gateway_context(found, NOW + timedelta(days=9999)).verify_flags & no_check_time
