"""How a gateway gets its certificate, and the next one."""

from cryptography import x509

from goodpart.server.audit import service as audit
from goodpart.server.gateways import repository
from goodpart.server.gateways.errors import ClaimCodeRefusedError
from goodpart.server.gateways.model import Certificate, ClaimOutcome, Gateway, judge_claim
from goodpart.server.gateways.refusals import ENROLMENT_REFUSED, UNKNOWN, Refusals
from goodpart.server.gateways.service import changed
from goodpart.server.kit.work import Database, Work, as_gateway
from goodpart.server.pki.authority import Authority
from goodpart.trust.certificates import (
    RENEW_AFTER,
    CertificateError,
    fingerprint,
    key_fingerprint,
    load_request,
)
from goodpart.trust.claims import hash_secret
from goodpart.wire.enrollment import EnrollRequest, Identity, RenewRequest


async def enroll(
    database: Database, authority: Authority, refusals: Refusals, request: EnrollRequest, address: str
) -> Identity:
    """Use a claim code: in one transaction it is used up and the certificate is recorded.

    Raises `ClaimCodeRefusedError` or `CertificateError`; each leaves the code as it was, and an audit
    entry, though not one for each try: whoever has no code may ask as well.
    """
    try:
        async with database.work() as work:
            return await _enroll(work, authority, request, address)
    except (ClaimCodeRefusedError, CertificateError) as error:
        async with database.work(read_only=True) as work:
            claim = await repository.find_claim(work.session, hash_secret(request.code_secret))
        await refusals.note(database, ENROLMENT_REFUSED, claim.gateway if claim else UNKNOWN, error)
        raise


async def _enroll(work: Work, authority: Authority, request: EnrollRequest, address: str) -> Identity:
    secret_hash = hash_secret(request.code_secret)
    claim = await repository.find_claim(work.session, secret_hash, lock=True)
    key = key_fingerprint(load_request(request.csr_pem))
    outcome = judge_claim(claim, work.now, key)
    gateway = await repository.find(work.session, claim.gateway, lock=True) if claim else None
    if outcome is not ClaimOutcome.ACCEPTED or gateway is None or gateway.revoked_at is not None:
        raise ClaimCodeRefusedError(ClaimOutcome.WRONG if outcome is ClaimOutcome.ACCEPTED else outcome)
    work.actor = as_gateway(gateway.id, gateway.name)
    identity = await _issue(work, authority, gateway, request.csr_pem)
    await repository.use_claim(work.session, secret_hash, key, work.now)
    await repository.set_enrolled(
        work.session,
        gateway.id,
        software=request.software[:200],
        hardware=request.hardware[:200],
        address=address,
        now=work.now,
    )
    await audit.record(work, "gateway.enrolled", gateway.id, f"{gateway.name}, from {address}")
    work.after_commit(changed(gateway.id))
    return identity


async def renew(work: Work, authority: Authority, gateway: Gateway, request: RenewRequest) -> Identity:
    """The next certificate for a gateway that has shown one. Raises `CertificateError`."""
    identity = await _issue(work, authority, gateway, request.csr_pem)
    await audit.record(work, "gateway.renewed", gateway.id, gateway.name)
    return identity


async def _issue(work: Work, authority: Authority, gateway: Gateway, request_pem: str) -> Identity:
    certificate = authority.issue_to_gateway(request_pem, gateway.id, work.now)
    await repository.add_certificate(work.session, _row(certificate, gateway.id), issued_at=work.now)
    return Identity(
        gateway=gateway.id,
        name=gateway.name,
        certificate_pem=authority.chain_pem(certificate),
        bundle=authority.bundle,
        signing_keys=(authority.signer.public_key,),
        renew_after=work.now + RENEW_AFTER,
    )


def _row(certificate: x509.Certificate, gateway: str) -> Certificate:
    return Certificate(
        fingerprint(certificate),
        gateway,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        serial=f"{certificate.serial_number:x}",
    )
