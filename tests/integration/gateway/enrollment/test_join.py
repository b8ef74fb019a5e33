"""Joining a server over real TLS: one code, one pinned first contact, nothing half-written."""

import ssl
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from goodpart.gateway.enrollment import identity as identity_files
from goodpart.gateway.enrollment.errors import (
    AddressError,
    AlreadyEnrolledError,
    NotEnrolledError,
    ServerRefusedError,
    ServerUnreachableError,
    UnusableAnswerError,
    WrongServerError,
)
from goodpart.gateway.enrollment.identity import is_enrolled, read_enrolled, read_signing_keys
from goodpart.gateway.enrollment.join import join
from goodpart.gateway.enrollment.tls import gateway_context
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import gateway_of, key_from_pem, make_request, new_key
from goodpart.trust.claims import ClaimCodeError
from tests.fakes.authorities import TestAuthority
from tests.fakes.gateway_server import GATEWAY, GatewayServer, RefusedError


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GatewayServer]:
    folder = tmp_path / "server"
    folder.mkdir()
    with GatewayServer(folder) as running:
        yield running


@pytest.fixture
def folders(tmp_path: Path) -> GatewayFolders:
    return GatewayFolders.open(tmp_path / "gateway")


def files_of(folders: GatewayFolders) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folders.identity_folder.iterdir()}


def test_a_claim_code_makes_a_gateway_whose_key_never_left_it(server: GatewayServer, folders: GatewayFolders) -> None:
    enrolled = join(folders, server.url, str(server.new_code()))
    assert enrolled.gateway == GATEWAY == gateway_of(enrolled.certificate)
    assert read_enrolled(folders).identity == enrolled.identity
    assert read_signing_keys(folders)[0] == GATEWAY
    assert stat.S_IMODE(folders.key.stat().st_mode) == 0o600
    assert key_from_pem(folders.key.read_bytes()).public_key() == enrolled.certificate.public_key()
    assert sorted(files_of(folders)) == ["identity.json", "key.pem", "server.json"]


def test_the_identity_opens_mutual_tls(server: GatewayServer, folders: GatewayFolders) -> None:
    enrolled = join(folders, server.url, str(server.new_code()))
    context = gateway_context(enrolled, server.authority.now)
    with httpx.Client(verify=context, trust_env=False) as http:
        assert http.get(f"{server.url}/gateway/v1/desired?revision=0&wait=0").status_code == 200
    assert len(server.peers) == 1


def test_the_same_command_again_changes_nothing_and_asks_nobody(server: GatewayServer, folders: GatewayFolders) -> None:
    code = str(server.new_code())
    join(folders, server.url, code)
    before, calls = files_of(folders), len(server.calls)
    assert join(folders, server.url, code).gateway == GATEWAY
    assert files_of(folders) == before
    assert len(server.calls) == calls


def test_a_server_that_moved_is_followed_by_the_same_code(server: GatewayServer, folders: GatewayFolders) -> None:
    code = str(server.new_code())
    join(folders, server.url, code)
    join(folders, "https://127.0.0.1:1", code)
    assert read_enrolled(folders).server.url == "https://127.0.0.1:1"


@pytest.mark.parametrize("gateway", [GATEWAY, "another-gateway"])
def test_a_new_code_for_a_folder_that_has_an_identity_is_refused_and_stays_good(
    gateway: str, server: GatewayServer, folders: GatewayFolders, tmp_path: Path
) -> None:
    old = str(server.new_code())
    join(folders, server.url, old)
    before, calls = files_of(folders), len(server.calls)
    code = str(server.new_code(gateway))
    with pytest.raises(AlreadyEnrolledError, match="It was not used") as caught:
        join(folders, server.url, code)
    assert server.url in caught.value.cause
    assert str(folders.identity_folder) in caught.value.remedy
    assert files_of(folders) == before
    assert len(server.calls) == calls
    assert join(folders, server.url, old).gateway == GATEWAY
    assert join(GatewayFolders.open(tmp_path / "another"), server.url, code).gateway == gateway


def test_a_folder_whose_identity_was_moved_away_is_enrolled_anew(
    server: GatewayServer, folders: GatewayFolders
) -> None:
    first = join(folders, server.url, str(server.new_code()))
    folders.identity_folder.rename(folders.root / "identity.old")
    again = GatewayFolders.open(folders.root)
    assert join(again, server.url, str(server.new_code())).certificate != first.certificate


@pytest.mark.parametrize("code", ["", "abc", "a" * 47, "1" * 48, "ä" * 48, "a" * 49])
def test_what_is_no_claim_code_is_said_before_anybody_is_asked(
    code: str, server: GatewayServer, folders: GatewayFolders
) -> None:
    with pytest.raises(ClaimCodeError):
        join(folders, server.url, code)
    assert server.calls == []
    assert files_of(folders) == {}


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1", "http://127.0.0.1:8443", "https://", "https://host:port", "https://host/path", "https://a@host"],
)
def test_what_is_no_address_is_said(url: str, server: GatewayServer, folders: GatewayFolders) -> None:
    with pytest.raises(AddressError) as caught:
        join(folders, url, str(server.new_code()))
    assert caught.value.remedy
    assert files_of(folders) == {}


def test_a_server_with_other_roots_gets_nothing(server: GatewayServer, folders: GatewayFolders, tmp_path: Path) -> None:
    elsewhere = TestAuthority().new_code()
    with pytest.raises(WrongServerError):
        join(folders, server.url, str(elsewhere))
    assert server.calls == [("GET", "/enroll")]
    assert files_of(folders) == {}


def test_a_server_that_shows_the_right_roots_but_cannot_prove_them_gets_no_secret(
    server: GatewayServer, folders: GatewayFolders, tmp_path: Path
) -> None:
    impostor = TestAuthority()
    real_roots = server.authority.roots
    code = server.new_code()
    server.down()
    server.authority = impostor
    server.up()
    impostor.roots = real_roots  # what GET /enroll hands out; the TLS certificate is still of the impostor's own CA
    with pytest.raises(ServerUnreachableError, match="certificate that is not accepted"):
        join(folders, server.url, str(code))
    assert ("POST", "/enroll") not in server.calls


def test_a_server_under_a_name_that_its_certificate_does_not_carry_is_not_believed(
    server: GatewayServer, folders: GatewayFolders
) -> None:
    server.down()
    server.hosts = ("goodpart.plant.example",)
    server.up()
    with pytest.raises(ServerUnreachableError, match="GOODPART_GATEWAY_HOSTS"):
        join(folders, server.url, str(server.new_code()))
    assert not is_enrolled(folders)


def test_a_wrong_code_and_a_used_code_are_refused_in_the_words_of_the_server(
    server: GatewayServer, folders: GatewayFolders, tmp_path: Path
) -> None:
    with pytest.raises(ServerRefusedError) as wrong:
        join(folders, server.url, str(server.authority.new_code()))
    code = server.new_code()
    join(GatewayFolders.open(tmp_path / "first"), server.url, str(code))
    with pytest.raises(ServerRefusedError) as used:
        join(folders, server.url, str(code))
    assert (wrong.value.reason, used.value.reason) == ("claim_code_wrong", "claim_code_used")
    assert used.value.cause == "The claim code was used already."
    assert used.value.remedy
    assert not is_enrolled(folders)
    with pytest.raises(NotEnrolledError):
        read_enrolled(folders)


def test_nobody_there_is_a_sentence_with_the_address(server: GatewayServer, folders: GatewayFolders) -> None:
    server.down()
    with pytest.raises(ServerUnreachableError, match=server.url):
        join(folders, server.url, str(server.new_code()))
    assert files_of(folders) == {}


def test_a_data_folder_stays_with_its_server(server: GatewayServer, folders: GatewayFolders, tmp_path: Path) -> None:
    enrolled = join(folders, server.url, str(server.new_code()))
    before = files_of(folders)
    folder = tmp_path / "another"
    folder.mkdir()
    with GatewayServer(folder) as another, pytest.raises(AlreadyEnrolledError, match=server.url):
        join(folders, another.url, str(another.new_code()))
    assert another.calls == []
    assert files_of(folders) == before
    assert read_enrolled(folders).certificate == enrolled.certificate


def test_an_identity_for_another_key_is_not_taken_over(server: GatewayServer, folders: GatewayFolders) -> None:
    answer = server.enroll

    def for_another_key(request: Any) -> bytes:
        return answer(type(request)(code_secret=request.code_secret, csr_pem=make_request(new_key())))

    server.enroll = for_another_key  # type: ignore[method-assign]
    with pytest.raises(UnusableAnswerError, match="another key"):
        join(folders, server.url, str(server.new_code()))
    assert not is_enrolled(folders)


@pytest.mark.parametrize("answer", [b"", b"{}", b"[1]", b"<html>", b"\xff" * 300_000])
def test_an_answer_that_is_no_bundle_is_said(
    answer: bytes, server: GatewayServer, folders: GatewayFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.gateway_server.msgspec.json.encode", lambda _: answer)
    with pytest.raises(UnusableAnswerError):
        join(folders, server.url, str(server.new_code()))
    assert files_of(folders) == {}


def test_a_server_that_is_restarting_is_not_a_refusal(server: GatewayServer, folders: GatewayFolders) -> None:
    server.fault = lambda method, _: RefusedError(503, "starting") if method == "POST" else None
    code = server.new_code()
    with pytest.raises(ServerUnreachableError, match="cannot answer now"):
        join(folders, server.url, str(code))
    server.fault = lambda *_: None
    assert join(folders, server.url, str(code)).gateway == GATEWAY


class Killed(BaseException):
    """Stands for SIGKILL: nothing catches it."""


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_write_the_gateway_has_its_old_identity_or_the_new_one(
    step: int, moment: str, server: GatewayServer, folders: GatewayFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = str(server.new_code())
    first = join(folders, server.url, code)
    writes = 0

    def dying(real: Any) -> Any:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal writes
            writes += 1
            if writes == step + 1 and moment == "before":
                raise Killed
            real(*arguments, **named)
            if writes == step + 1:
                raise Killed

        return write

    def renew() -> None:
        key = identity_files.prepare_key(folders)
        identity_files.store_identity(folders, server.authority.identity(make_request(key), GATEWAY))

    with monkeypatch.context() as patch:
        for name in ("write_durably", "_take_next_key"):
            patch.setattr(identity_files, name, dying(getattr(identity_files, name)))
        with pytest.raises(Killed):
            renew()
    found = read_enrolled(folders)
    assert found.key.public_key() == found.certificate.public_key()
    assert found.gateway == first.gateway
    assert gateway_context(found, server.authority.now).verify_mode is ssl.CERT_REQUIRED
    # The same command goes on, with the identity that is there; a renewal gives a new certificate.
    assert join(folders, server.url, code).certificate == found.certificate
    renew()
    assert read_enrolled(folders).certificate not in {first.certificate, found.certificate}
    assert sorted(files_of(folders)) == ["identity.json", "key.pem", "server.json"]


@pytest.mark.parametrize("step", range(4))
def test_killed_at_its_first_enrolment_the_gateway_is_enrolled_or_not(
    step: int, server: GatewayServer, folders: GatewayFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = server.new_code()
    writes = 0

    def dying(real: Any) -> Any:
        def write(*arguments: Any, **named: Any) -> Any:
            nonlocal writes
            writes += 1
            if writes == step + 1:
                raise Killed
            real(*arguments, **named)

        return write

    with monkeypatch.context() as patch:
        for name in ("write_durably", "_take_next_key"):
            patch.setattr(identity_files, name, dying(getattr(identity_files, name)))
        with pytest.raises(Killed):
            join(folders, server.url, str(code))
    if not is_enrolled(folders):
        with pytest.raises(NotEnrolledError):
            read_enrolled(folders)
        if step:  # the code is used up, and the answer was lost with the process
            with pytest.raises(ServerRefusedError):
                join(folders, server.url, str(code))
            code = server.new_code()
    assert join(folders, server.url, str(code)).gateway == GATEWAY
    assert read_enrolled(folders).gateway == GATEWAY
