"""The keys of a server: made whole at the first start, kept, secret, and renewed in time."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from goodpart.server.pki.authority import Authority
from goodpart.server.pki.errors import PkiFolderError
from goodpart.trust.certificates import LEAF_LIFE, CertificateError, load_chain, make_request, new_key

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOSTS = ["plant-server", "10.0.0.7"]


def served_names(folder: Path) -> set[str]:
    leaf = load_chain((folder / "server.pem").read_bytes())[0]
    return {str(name.value) for name in leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value}


def test_a_second_start_finds_the_same_keys(tmp_path: Path) -> None:
    first = Authority(tmp_path / "pki", NOW)
    second = Authority(tmp_path / "pki", NOW + timedelta(days=400))

    assert first.fingerprint == second.fingerprint
    assert first.signer.public_key == second.signer.public_key
    assert first.bundle == second.bundle


def test_secrets_are_their_owners_alone_and_the_roots_keys_lie_apart(tmp_path: Path) -> None:
    Authority(tmp_path / "pki", NOW).renew_server_certificate(HOSTS, NOW)

    secrets = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.key")}
    online = {"pki/issuer.key", "pki/signing.key", "pki/sealing.key"}
    assert secrets == online | {"pki/offline/root-1.key", "pki/offline/root-2.key"}
    for name in [*secrets, "pki/server.pem"]:
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "pki").stat().st_mode & 0o777 == 0o700
    assert "offline" in (tmp_path / "pki" / "offline" / "README.txt").read_text()


def test_the_server_runs_without_the_roots_keys(tmp_path: Path) -> None:
    first = Authority(tmp_path / "pki", NOW)
    shutil.rmtree(tmp_path / "pki" / "offline")

    again = Authority(tmp_path / "pki", NOW)

    assert again.fingerprint == first.fingerprint
    again.check_issued(again.issue_to_gateway(make_request(new_key()), "g", NOW))


def test_a_start_that_was_killed_half_way_leaves_nothing_that_counts(tmp_path: Path) -> None:
    (tmp_path / ".pki.draft").mkdir()
    (tmp_path / ".pki.draft" / "issuer.key").write_text("half")

    Authority(tmp_path / "pki", NOW)

    assert [folder.name for folder in tmp_path.iterdir()] == ["pki"]


def test_the_listeners_certificate_is_kept_until_hosts_or_time_ask_for_a_new_one(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "pki", NOW)
    assert authority.renew_server_certificate(HOSTS, NOW)
    assert served_names(tmp_path / "pki") == set(HOSTS)
    assert not authority.renew_server_certificate(HOSTS[:1], NOW + LEAF_LIFE / 2)

    assert authority.renew_server_certificate(["other"], NOW)
    assert served_names(tmp_path / "pki") == {"other"}
    assert authority.renew_server_certificate(["other"], NOW + LEAF_LIFE * 2 / 3)
    authority.load_server_certificate(authority.listener_context())


@pytest.mark.parametrize("name", ["issuer.key", "signing.key", "root-2.pem", "issuer.pem"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    Authority(tmp_path / "pki", NOW)
    (tmp_path / "pki" / name).unlink()

    with pytest.raises(PkiFolderError, match=name):
        Authority(tmp_path / "pki", NOW)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Authority(tmp_path / "pki", NOW)
    (tmp_path / "pki" / "signing.key").chmod(0o644)

    with pytest.raises(PkiFolderError, match="chmod 600"):
        Authority(tmp_path / "pki", NOW)


def test_a_certificate_of_another_server_is_told(tmp_path: Path) -> None:
    ours, theirs = Authority(tmp_path / "a", NOW), Authority(tmp_path / "b", NOW)
    certificate = theirs.issue_to_gateway(make_request(new_key()), "g", NOW)

    with pytest.raises(CertificateError):
        ours.check_issued(certificate)
