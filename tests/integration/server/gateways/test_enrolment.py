"""How a gateway gets its certificate: once per claim code, over a pinned first contact."""

import asyncio
import ssl
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from goodpart.gateway.enrollment.answers import unreachable
from goodpart.trust.certificates import LEAF_LIFE, gateway_of, load_chain, make_request, new_key, to_pem
from goodpart.trust.claims import ClaimCode, bundle_fingerprint, fingerprint_matches
from goodpart.wire.enrollment import EnrollRequest, Identity, RenewRequest, TrustBundle
from tests.fakes.authorities import TestAuthority
from tests.fakes.clocks import SteppingClock
from tests.fakes.line_gateway import calling, enroll, identity_context, joined, trust_context
from tests.integration.server.conftest import Line, Served, make_gateway


async def refusals(served: Served) -> list[str]:
    items = (await served.browser.get("/api/audit")).json()["items"]
    return [item["detail"] for item in items if item["action"] == "enrolment.refused"]


async def foreign(served: Served) -> list[str]:
    items = (await served.browser.get("/api/audit")).json()["items"]
    return [item["detail"] for item in items if "certificate_foreign" in item["detail"]]


async def test_the_first_contact_is_pinned_by_the_claim_code(served: Served, site: str) -> None:
    _, code = await make_gateway(served.browser, site)
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE

    async with calling(served.addresses.gateway_url, unchecked) as client:
        bundle = msgspec.json.decode((await client.get("/enroll")).content, type=TrustBundle)

    assert len(bundle.roots_pem) == 2
    roots = tuple(ssl.PEM_cert_to_DER_cert(pem) for pem in bundle.roots_pem)
    assert fingerprint_matches(ClaimCode.parse(code), bundle_fingerprint(roots))


async def test_a_gateway_enrols_and_is_known_from_then_on(line: Line) -> None:
    identity = line.gateway.identity
    leaf, issuer = load_chain(identity.certificate_pem)
    assert gateway_of(leaf) == identity.gateway
    usages = list(leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert usages == [ExtendedKeyUsageOID.CLIENT_AUTH]
    leaf.verify_directly_issued_by(issuer)
    assert [key.key_id for key in identity.signing_keys] == [line.served.server.authority.signer.public_key.key_id]

    shown = (await line.served.browser.get(f"/api/gateways/{identity.gateway}")).json()

    assert shown["enrolled_at"] is not None
    assert shown["online"] is True or (await line.gateway.http.get("/gateway/v1/desired")).status_code == 200
    assert shown["certificate"]["fingerprint"]
    actions = {item["action"] for item in (await line.served.browser.get("/api/audit")).json()["items"]}
    assert actions >= {"gateway.created", "claim_code.made", "gateway.enrolled"}


async def test_the_join_command_names_the_listener_and_the_code(served: Served, site: str) -> None:
    gateway, _ = await make_gateway(served.browser, site)

    made = (await served.browser.post(f"/api/gateways/{gateway}/claim-codes")).json()

    assert made["command"] == f"goodpart gateway --join {served.addresses.gateway_url} --code {made['code']}"


async def test_a_claim_code_enrols_once(served: Served, site: str) -> None:
    _, code = await make_gateway(served.browser, site)
    bundle = served.server.authority.bundle
    assert (await enroll(served.addresses.gateway_url, bundle, code)).status_code == 200

    again = await enroll(served.addresses.gateway_url, bundle, code)

    assert (again.status_code, again.json()["code"]) == (403, "claim_code_used")
    assert len(await refusals(served)) == 1


async def test_a_gateway_that_was_cut_before_it_stored_the_answer_may_ask_again(served: Served, site: str) -> None:
    gateway, code = await make_gateway(served.browser, site)
    url, bundle, key = served.addresses.gateway_url, served.server.authority.bundle, new_key()
    assert (await enroll(url, bundle, code, key)).status_code == 200

    again = await enroll(url, bundle, code, key)

    assert again.status_code == 200
    assert again.json()["gateway"] == gateway
    assert await refusals(served) == []


async def test_a_wrong_code_is_refused_and_noted(served: Served, site: str) -> None:
    wrong = str(ClaimCode.generate(served.server.authority.fingerprint))

    answer = await enroll(served.addresses.gateway_url, served.server.authority.bundle, wrong)

    assert (answer.status_code, answer.json()["code"]) == (403, "claim_code_wrong")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]
    assert ["claim_code_wrong" in detail for detail in await refusals(served)] == [True]


async def test_trying_codes_does_not_fill_the_audit_log(served: Served, site: str, clock: SteppingClock) -> None:
    url, bundle = served.addresses.gateway_url, served.server.authority.bundle
    for _ in range(5):
        wrong = str(ClaimCode.generate(served.server.authority.fingerprint))
        assert (await enroll(url, bundle, wrong)).json()["code"] == "claim_code_wrong"
    assert len(await refusals(served)) == 1
    clock.advance(3600)
    await enroll(url, bundle, str(ClaimCode.generate(served.server.authority.fingerprint)))
    assert len(await refusals(served)) == 2


async def test_an_expired_code_is_refused(served: Served, site: str, clock: SteppingClock) -> None:
    _, code = await make_gateway(served.browser, site)
    clock.advance(24 * 3600)

    answer = await enroll(served.addresses.gateway_url, served.server.authority.bundle, code)

    assert (answer.status_code, answer.json()["code"]) == (403, "claim_code_expired")


async def test_a_new_code_voids_the_one_before(served: Served, site: str) -> None:
    gateway, first = await make_gateway(served.browser, site)
    second = (await served.browser.post(f"/api/gateways/{gateway}/claim-codes")).json()["code"]
    url, bundle = served.addresses.gateway_url, served.server.authority.bundle

    assert (await enroll(url, bundle, first)).json()["code"] == "claim_code_wrong"
    assert (await enroll(url, bundle, second)).status_code == 200


async def test_a_request_that_cannot_be_used_leaves_the_code_valid(served: Served, site: str) -> None:
    _, code = await make_gateway(served.browser, site)
    url, bundle = served.addresses.gateway_url, served.server.authority.bundle
    broken = EnrollRequest(code_secret=ClaimCode.parse(code).secret, csr_pem="no request")
    async with calling(url, trust_context(bundle)) as client:
        answer = await client.post("/enroll", content=msgspec.json.encode(broken))

    assert (answer.status_code, answer.json()["code"]) == (422, "certificate_refused")
    assert (await enroll(url, bundle, code)).status_code == 200


async def test_names_in_a_request_are_ignored(served: Served, site: str) -> None:
    """A gateway asks to be another one: it gets a certificate in its own name."""
    gateway, code = await make_gateway(served.browser, site)

    answer = await enroll(served.addresses.gateway_url, served.server.authority.bundle, code)

    identity = msgspec.json.decode(answer.content, type=Identity)
    assert gateway_of(load_chain(identity.certificate_pem)[0]) == gateway


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"code_secret": 5}', b"\xff" * 100, b"x" * 300_000])
async def test_what_is_no_enrolment_is_refused(served: Served, body: bytes) -> None:
    async with calling(served.addresses.gateway_url, trust_context(served.server.authority.bundle)) as client:
        answer = await client.post("/enroll", content=body)

    assert answer.status_code in {413, 422}
    assert answer.json()["code"] in {"body_unreadable", "too_large"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gateway/v1/desired"),
        ("GET", "/gateway/v1/time?nonce=12345678"),
        ("PUT", "/gateway/v1/reported"),
        ("POST", "/gateway/v1/events"),
        ("POST", "/gateway/v1/renew"),
        ("PUT", "/gateway/v1/images/" + "a" * 64),
        ("GET", "/gateway/v1/packages/" + "a" * 64),
    ],
)
async def test_nothing_but_enrolment_goes_without_a_certificate(served: Served, method: str, path: str) -> None:
    async with calling(served.addresses.gateway_url, trust_context(served.server.authority.bundle)) as client:
        answer = await client.request(method, path, content=b"{}")

    assert (answer.status_code, answer.json()["code"]) == (401, "certificate_missing")


async def test_a_certificate_of_another_authority_does_not_get_through_the_handshake(
    line: Line, tmp_path: Path
) -> None:
    stranger, key = TestAuthority(), new_key()
    certificate = stranger.certify(make_request(key), line.gateway.id)
    chain = to_pem(certificate)
    bundle = line.served.server.authority.bundle

    async with calling(line.served.addresses.gateway_url, identity_context(bundle, chain, key, tmp_path)) as client:
        told = []
        for _ in range(2):
            with pytest.raises(httpx.TransportError) as failure:
                await client.get("/gateway/v1/desired")
            told.append(str(unreachable("https://server", failure.value, identified=True)))

    assert ["accept this gateway's certificate" in sentence for sentence in told] == [True, True]
    assert ["enrol this gateway again" in sentence for sentence in told] == [True, True]
    async with asyncio.timeout(10):
        while not (noted := await foreign(line.served)):  # each look is a call, which lets the server work
            pass
    assert len(noted) == 1, "one entry, however often it tries"


async def test_a_certificate_that_was_never_recorded_is_unknown(line: Line, tmp_path: Path) -> None:
    """Made by our own CA, but not by an enrolment that was committed."""
    authority, key = line.served.server.authority, new_key()
    certificate = authority.issue_to_gateway(make_request(key), line.gateway.id, line.database.clock.now())
    context = identity_context(authority.bundle, authority.chain_pem(certificate), key, tmp_path)

    async with calling(line.served.addresses.gateway_url, context) as client:
        answer = await client.get("/gateway/v1/desired")

    assert (answer.status_code, answer.json()["code"]) == (401, "certificate_unknown")


async def test_a_revoked_gateway_loses_its_connections_and_gets_no_more(line: Line) -> None:
    assert (await line.gateway.http.get("/gateway/v1/desired")).status_code == 200

    revoked = await line.served.browser.post(f"/api/gateways/{line.gateway.id}/revoke", json={"reason": "Stolen."})

    assert revoked.json()["revoked_at"] is not None
    answer = await line.gateway.http.get("/gateway/v1/desired")
    assert (answer.status_code, answer.json()["code"]) == (403, "certificate_revoked")
    renewal = msgspec.json.encode(RenewRequest(csr_pem=make_request(new_key())))
    assert (await line.gateway.http.post("/gateway/v1/renew", content=renewal)).status_code == 403
    made = await line.served.browser.post(f"/api/gateways/{line.gateway.id}/claim-codes")
    assert (made.status_code, made.json()["code"]) == (409, "gateway_revoked")
    refused = [
        item
        for item in (await line.served.browser.get("/api/audit")).json()["items"]
        if item["action"] == "gateway.refused"
    ]
    assert len(refused) == 1, "one entry, however often it tries"
    assert "certificate_revoked" in refused[0]["detail"]
    assert (await line.served.browser.get(f"/api/gateways/{line.gateway.id}")).json()["online"] is False


async def test_an_expired_certificate_is_good_for_renewal_alone(
    line: Line, clock: SteppingClock, tmp_path: Path
) -> None:
    clock.advance(LEAF_LIFE.total_seconds() + 60)
    expired = await line.gateway.http.get("/gateway/v1/desired")
    assert (expired.status_code, expired.json()["code"]) == (403, "certificate_expired")
    key = new_key()

    answer = await line.gateway.http.post(
        "/gateway/v1/renew", content=msgspec.json.encode(RenewRequest(csr_pem=make_request(key)))
    )

    assert answer.status_code == 200
    identity = msgspec.json.decode(answer.content, type=Identity)
    context = identity_context(identity.bundle, identity.certificate_pem, key, tmp_path)
    async with calling(line.served.addresses.gateway_url, context) as client:
        assert (await client.get("/gateway/v1/desired")).status_code == 200


async def test_two_gateways_are_told_apart(line: Line, site: str, tmp_path: Path) -> None:
    _, code = await make_gateway(line.served.browser, site, "Box 8")
    bundle = line.served.server.authority.bundle

    async with joined(line.served.addresses.gateway_url, bundle, code, tmp_path) as other:
        answer = await other.http.put("/gateway/v1/reported", content=b"{}")
        assert answer.status_code == 422
        assert other.id != line.gateway.id
