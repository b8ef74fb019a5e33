"""Certificates say what their profile says, whatever the request asked for."""

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store
from hypothesis import given
from hypothesis import strategies as st

from goodpart.trust.certificates import (
    ISSUER_LIFE,
    LEAF_LIFE,
    RENEW_AFTER,
    ROOT_LIFE,
    CertificateError,
    check_issued_by,
    fingerprint,
    gateway_of,
    key_from_pem,
    key_to_pem,
    load_chain,
    load_request,
    make_gateway_certificate,
    make_issuer,
    make_request,
    make_root,
    make_server_certificate,
    new_key,
    to_der,
    to_pem,
)

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ROOT_KEY, ISSUER_KEY, GATEWAY_KEY = new_key(), new_key(), new_key()
ROOT = make_root(ROOT_KEY, "Goodpart root 1", NOW)
ISSUER = make_issuer(ISSUER_KEY, "Goodpart issuer", ROOT, ROOT_KEY, NOW)


def certify(csr_pem: str, gateway: str = "g1", now: datetime = NOW) -> x509.Certificate:
    return make_gateway_certificate(load_request(csr_pem), gateway, ISSUER, ISSUER_KEY, now)


def usage(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_a_gateways_certificate_is_for_clients_and_names_the_gateway() -> None:
    certificate = certify(make_request(GATEWAY_KEY), "0192f0c1")
    assert gateway_of(certificate) == "0192f0c1"
    assert usage(certificate) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificate.public_key() == GATEWAY_KEY.public_key()
    assert certificate.not_valid_after_utc == NOW + LEAF_LIFE
    assert certificate.not_valid_before_utc == NOW - timedelta(days=1)
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert not constraints.value.ca


def test_names_and_extensions_in_a_request_are_ignored() -> None:
    greedy = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Goodpart root 1")]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=9), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier("urn:goodpart:gateway:another")]),
            critical=False,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(GATEWAY_KEY, hashes.SHA256())
    )
    certificate = certify(greedy.public_bytes(serialization.Encoding.PEM).decode(), "g1")
    assert gateway_of(certificate) == "g1"
    assert usage(certificate) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert "gateway g1" in certificate.subject.rfc4514_string()
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_standard_verifier_accepts_the_chain_for_a_client_and_for_a_server() -> None:
    server = make_server_certificate(new_key(), ["127.0.0.1", "plant.example"], ISSUER, ISSUER_KEY, NOW)
    gateway = certify(make_request(GATEWAY_KEY))
    verifier = PolicyBuilder().store(Store([ROOT])).time(NOW + timedelta(days=1))
    assert verifier.build_client_verifier().verify(gateway, [ISSUER]).chain[-1] == ROOT
    chain = verifier.build_server_verifier(x509.DNSName("plant.example")).verify(server, [ISSUER])
    assert chain[-1] == ROOT
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    assert verifier.build_server_verifier(address).verify(server, [ISSUER])
    with pytest.raises(x509.verification.VerificationError):
        verifier.build_client_verifier().verify(server, [ISSUER])
    with pytest.raises(x509.verification.VerificationError):
        verifier.build_server_verifier(x509.DNSName("elsewhere.example")).verify(server, [ISSUER])


def test_an_issuer_cannot_make_another_issuer() -> None:
    second_key = new_key()
    second = make_issuer(second_key, "second", ISSUER, ISSUER_KEY, NOW - timedelta(days=1))
    gateway = make_gateway_certificate(load_request(make_request(GATEWAY_KEY)), "g1", second, second_key, NOW)
    verifier = PolicyBuilder().store(Store([ROOT])).time(NOW).build_client_verifier()
    with pytest.raises(x509.verification.VerificationError):
        verifier.verify(gateway, [second, ISSUER])


def test_lives_are_what_the_profile_says() -> None:
    assert ROOT.not_valid_after_utc == NOW + ROOT_LIFE
    assert ISSUER.not_valid_after_utc == NOW + ISSUER_LIFE
    assert RENEW_AFTER * 3 == LEAF_LIFE


def test_an_issuer_near_its_end_signs_nothing_that_outlives_it() -> None:
    late = NOW + ISSUER_LIFE - LEAF_LIFE + timedelta(days=1)
    with pytest.raises(CertificateError, match="ends before") as caught:
        certify(make_request(GATEWAY_KEY), now=late)
    assert caught.value.remedy


def test_a_request_proves_that_its_key_is_held() -> None:
    good = x509.load_pem_x509_csr(make_request(GATEWAY_KEY).encode())
    content = bytearray(good.public_bytes(serialization.Encoding.DER))
    content[-1] ^= 1
    altered = x509.load_der_x509_csr(bytes(content)).public_bytes(serialization.Encoding.PEM).decode()
    with pytest.raises(CertificateError, match="signed by its own key"):
        load_request(altered)


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(public_exponent=65537, key_size=2048)]
)
def test_a_request_for_another_kind_of_key_is_refused(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
) -> None:
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    with pytest.raises(CertificateError, match="P-256"):
        load_request(request.public_bytes(serialization.Encoding.PEM).decode())


@given(st.text(max_size=200))
def test_text_that_is_no_request_certificate_or_key_is_a_sentence(text: str) -> None:
    for read in (load_request, load_chain, lambda pem: key_from_pem(pem.encode())):
        with pytest.raises(CertificateError) as caught:
            read(text)
        assert caught.value.remedy


def test_what_is_no_gateways_certificate_names_none() -> None:
    server = make_server_certificate(new_key(), ["plant.example"], ISSUER, ISSUER_KEY, NOW)
    for certificate in (server, ISSUER, ROOT):
        with pytest.raises(CertificateError):
            gateway_of(certificate)


def test_a_certificate_of_another_authority_is_not_ours() -> None:
    other_key = new_key()
    other = make_issuer(other_key, "Goodpart issuer", ROOT, ROOT_KEY, NOW)
    foreign = make_gateway_certificate(load_request(make_request(GATEWAY_KEY)), "g1", other, other_key, NOW)
    check_issued_by(certify(make_request(GATEWAY_KEY)), ISSUER)
    with pytest.raises(CertificateError):
        check_issued_by(foreign, ISSUER)
    with pytest.raises(CertificateError):
        check_issued_by(ISSUER, ISSUER)


def test_what_is_written_is_read() -> None:
    gateway = certify(make_request(GATEWAY_KEY))
    assert load_chain(to_pem(gateway, ISSUER)) == [gateway, ISSUER]
    assert x509.load_der_x509_certificate(to_der(gateway)) == gateway
    assert key_from_pem(key_to_pem(GATEWAY_KEY)).public_key() == GATEWAY_KEY.public_key()
    assert len(fingerprint(gateway)) == 64
    assert fingerprint(gateway) != fingerprint(ISSUER)
