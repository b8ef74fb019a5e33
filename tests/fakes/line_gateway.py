"""A gateway as the server's listener sees it: real keys, real mutual TLS, journals made by hand."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec

from goodpart.trust.certificates import PrivateKey, key_to_pem, make_request, new_key
from goodpart.trust.claims import ClaimCode
from goodpart.wire.batches import MEDIA_TYPE, Batch, BatchAnswer, BatchHeader, encode_batch
from goodpart.wire.enrollment import EnrollRequest, Identity, TrustBundle
from goodpart.wire.events import CHAIN_START, ClockQuality, Event, EventBody, chain_hash, encode_event

EPOCH = "epoch-1"


@dataclass
class HandmadeJournal:
    """Lines of one epoch; copy it to clone the disk."""

    epoch: str = EPOCH
    lines: list[bytes] = field(default_factory=list)
    wall: datetime = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)

    def append(self, *bodies: EventBody) -> None:
        for body in bodies:
            event = Event(
                epoch=self.epoch,
                number=len(self.lines) + 1,
                previous=chain_hash(self.lines[-1]) if self.lines else CHAIN_START,
                boot="boot-1",
                wall=self.wall,
                monotonic_ns=len(self.lines),
                clock=ClockQuality.SYNCHRONISED,
                body=body,
            )
            self.lines.append(encode_event(event))

    def clone(self) -> "HandmadeJournal":
        return replace(self, lines=list(self.lines))

    def batch(self, station: str, first: int = 1, last: int | None = None) -> Batch:
        header = BatchHeader(station=station, epoch=self.epoch, first=first)
        return Batch(header=header, lines=tuple(self.lines[first - 1 : last]))


@dataclass
class LineGateway:
    """Enrolled with a server; ``http`` shows its certificate."""

    identity: Identity
    key: PrivateKey
    http: httpx.AsyncClient

    @property
    def id(self) -> str:
        return self.identity.gateway

    async def send(self, batch: Batch) -> BatchAnswer:
        answer = await self.post_batch(encode_batch(batch))
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=BatchAnswer)

    async def send_all(self, station: str, journal: HandmadeJournal, first: int = 1, size: int = 500) -> int:
        """As an uplink does: from where the server says it is. Returns the number of batches it took."""
        batches, done = 0, first - 1
        while done < len(journal.lines):
            answer = await self.send(journal.batch(station, done + 1, done + size))
            done, batches = answer.committed, batches + 1
            assert batches < 50, "the server never takes the rest of this journal"
        return batches

    async def post_batch(self, content: bytes, media_type: str = MEDIA_TYPE) -> httpx.Response:
        return await self.http.post("/gateway/v1/events", content=content, headers={"Content-Type": media_type})


def trust_context(bundle: TrustBundle) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata="".join(bundle.roots_pem))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VerifyFlags(0x200000)  # the server's certificate is of the day on the test's own clock
    return context


def identity_context(bundle: TrustBundle, certificate_pem: str, key: PrivateKey, folder: Path) -> ssl.SSLContext:
    """TLS that shows a certificate; the key goes through a file, as `ssl` wants it."""
    file = folder / f"identity-{abs(hash(certificate_pem))}.pem"
    file.write_bytes(key_to_pem(key) + certificate_pem.encode())
    context = trust_context(bundle)
    context.load_cert_chain(file)
    return context


@asynccontextmanager
async def calling(url: str, context: ssl.SSLContext) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, verify=context, trust_env=False, timeout=30) as client:
        yield client


async def enroll(url: str, bundle: TrustBundle, code: str, key: PrivateKey | None = None) -> httpx.Response:
    secret = ClaimCode.parse(code).secret
    request = EnrollRequest(code_secret=secret, csr_pem=make_request(key or new_key()), software="0.1.0")
    async with calling(url, trust_context(bundle)) as client:
        return await client.post("/enroll", content=msgspec.json.encode(request))


@asynccontextmanager
async def joined(url: str, bundle: TrustBundle, code: str, folder: Path) -> AsyncIterator[LineGateway]:
    key = new_key()
    answer = await enroll(url, bundle, code, key)
    assert answer.status_code == 200, answer.text
    identity = msgspec.json.decode(answer.content, type=Identity)
    context = identity_context(identity.bundle, identity.certificate_pem, key, folder)
    async with calling(url, context) as client:
        yield LineGateway(identity, key, client)
