"""The server as a gateway sees it: real TLS on loopback, the calls of the gateway line, and faults on demand.

It keeps what it is sent in memory, by the rules of the real one: duplicates are known by number and hash, gaps are not
taken, a parted chain opens a branch.
"""

import hashlib
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from cryptography import x509

from goodpart.base.ports import free_ports
from goodpart.trust.certificates import gateway_of
from goodpart.trust.claims import ClaimCode, hash_secret
from goodpart.trust.documents import seal
from goodpart.trust.signatures import DESIRED_STATE
from goodpart.wire.batches import BatchAnswer, decode_batch
from goodpart.wire.commands import Commands, WatchStation
from goodpart.wire.desired import DesiredAnswer, DesiredState
from goodpart.wire.enrollment import EnrollRequest, RenewRequest
from goodpart.wire.events import CHAIN_START, chain_hash, decode_place
from goodpart.wire.reported import ReportedState
from goodpart.wire.signed import SignedDocument
from tests.fakes.authorities import TestAuthority

GATEWAY = "0192f0c1-0000-7000-8000-00000000000a"


@dataclass
class Branch:
    """One chain of one epoch, as far as it was taken."""

    lines: list[bytes] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.lines)

    @property
    def chain(self) -> str:
        return chain_hash(self.lines[-1]) if self.lines else CHAIN_START


class RefusedError(Exception):
    """An answer that is not 2xx."""

    def __init__(self, status: int, code: str, detail: str = "", remedy: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.problem = {"title": code, "status": status, "code": code, "detail": detail, "remedy": remedy}


Fault = Callable[[str, str], RefusedError | None]
"""Asked with method and path before a call is looked at; `None` lets it through."""


class GatewayServer:
    """Start with ``with``; `down` and `up` take it off the network and back, on the same port."""

    def __init__(self, folder: Path, authority: TestAuthority | None = None) -> None:
        self.authority = authority or TestAuthority()
        self.folder = folder
        self.hosts: tuple[str, ...] = ("127.0.0.1",)
        self.lock = threading.Condition()
        self.codes: dict[str, str] = {}
        """Hash of a secret → the gateway, or ``used``."""
        self.revoked: set[str] = set()
        self.epochs: dict[tuple[str, str], list[Branch]] = {}
        self.images: dict[str, bytes] = {}
        self.packages: dict[str, bytes] = {}
        self.document: SignedDocument | None = None
        self.revision = 0
        self.reports: list[ReportedState] = []
        self.commands = Commands()
        self.previews: list[tuple[str, bytes]] = []
        self.calls: list[tuple[str, str]] = []
        self.received_at: dict[int, float] = {}
        """Event number → monotonic seconds at which its batch was taken."""
        self.peers: list[str] = []
        """Fingerprints of the client certificates, one per call."""
        self.fault: Fault = lambda _method, _path: None
        self.take: Callable[[bytes], BatchAnswer] = self.take_batch
        """What happens to a batch; a test may put something between."""
        self.break_package_after: int | None = None
        """Hang up after so many bytes of a package, once."""
        (self.port,) = free_ports(1)
        self._listener: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._sockets: set[socket.socket] = set()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def open_connections(self) -> int:
        return len(self._sockets)

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        listener = ThreadingHTTPServer(("127.0.0.1", self.port), _handler_for(self))
        listener.daemon_threads = True
        context = self.authority.server_context(self.folder, self.hosts)
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
        self._listener = listener
        self._thread = threading.Thread(target=lambda: listener.serve_forever(poll_interval=0.02), daemon=True)
        self._thread.start()

    def down(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None or self._thread is None:
            return
        listener.shutdown()
        listener.server_close()
        self._thread.join()
        with self.lock:
            for connection in list(self._sockets):
                _cut(connection)
            self.lock.notify_all()

    def new_code(self, gateway: str = GATEWAY) -> ClaimCode:
        code = self.authority.new_code()
        self.codes[hash_secret(code.secret)] = gateway
        return code

    def want(self, desired: DesiredState) -> SignedDocument:
        """Sign and hand out a desired state."""
        document = seal(self.authority.signer, DESIRED_STATE, msgspec.json.encode(desired))
        self.hand_out(document, desired.revision)
        return document

    def hand_out(self, document: SignedDocument, revision: int) -> None:
        with self.lock:
            self.document, self.revision = document, revision
            self.lock.notify_all()

    def watch(self, *stations: WatchStation) -> None:
        """Somebody looks at these stations from now on."""
        with self.lock:
            self.commands = Commands(cursor=self.commands.cursor + 1, watch=stations)
            self.lock.notify_all()

    def put_package(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self.packages[sha256] = content
        return sha256

    def branches(self, station: str) -> list[Branch]:
        """All branches of all epochs of a station."""
        return [branch for (name, _), found in self.epochs.items() if name == station for branch in found]

    def lines(self, station: str) -> list[bytes]:
        return [line for branch in self.branches(station) for line in branch.lines]

    @property
    def last_report(self) -> ReportedState | None:
        return self.reports[-1] if self.reports else None

    # What each call does. All run in threads of their own.

    def enroll(self, request: EnrollRequest) -> bytes:
        with self.lock:
            gateway = self.codes.get(hash_secret(request.code_secret))
            if gateway is None:
                raise RefusedError(403, "claim_code_wrong", "The claim code is not known here.", "Make a new one.")
            if gateway == "used":
                raise RefusedError(403, "claim_code_used", "The claim code was used already.", "Make a new one.")
            self.codes[hash_secret(request.code_secret)] = "used"
        return msgspec.json.encode(self.authority.identity(request.csr_pem, gateway))

    def take_batch(self, content: bytes) -> BatchAnswer:
        batch = decode_batch(content)
        with self.lock:
            branches = self.epochs.setdefault((batch.header.station, batch.header.epoch), [Branch()])
            current = branches[0]
            for line in batch.lines:
                place = decode_place(line)
                holding = [each for each in branches if line in each.lines]
                if holding:
                    current = holding[-1]
                    continue
                follows = [each for each in branches if each.chain == place.previous]
                if follows:
                    current = follows[-1]
                elif place.number <= current.number:
                    forked = next(
                        (each for each in branches if place.previous in [chain_hash(one) for one in each.lines]),
                        None,
                    )
                    current = Branch(list(forked.lines[: place.number - 1]) if forked else [])
                    branches.append(current)
                if place.number != current.number + 1:
                    break
                current.lines.append(line)
                self.received_at.setdefault(place.number, time.monotonic())
            return BatchAnswer(committed=current.number, branch=branches.index(current))

    def wait_for_desired(self, revision: int, wait_s: float) -> DesiredAnswer:
        deadline = time.monotonic() + wait_s
        with self.lock:
            while self._listener is not None and (self.document is None or self.revision == revision):
                left = deadline - time.monotonic()
                if left <= 0:
                    return DesiredAnswer()
                self.lock.wait(min(left, 0.5))
            return DesiredAnswer(document=self.document)

    def wait_for_commands(self, cursor: int, wait_s: float) -> Commands:
        deadline = time.monotonic() + wait_s
        with self.lock:
            while self._listener is not None and self.commands.cursor == cursor:
                left = deadline - time.monotonic()
                if left <= 0:
                    break
                self.lock.wait(min(left, 0.5))
            return self.commands


def _cut(connection: socket.socket) -> None:
    """End a connection that another thread reads from."""
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as handle:
        handle.shutdown(socket.SHUT_RDWR)


def _handler_for(server: GatewayServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        plant = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    plant: GatewayServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.plant._sockets.add(self.connection)

    def handle(self) -> None:
        with suppress(ssl.SSLError, OSError, ValueError):  # the gateway hung up, or the server was taken down
            super().handle()
        self.plant._sockets.discard(self.connection)

    def finish(self) -> None:
        with suppress(ssl.SSLError, OSError, ValueError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.plant.lock:
            self.plant.calls.append((self.command, parts.path))
        try:
            fault = self.plant.fault(self.command, parts.path)
            if fault is not None:
                raise fault
            if parts.path == "/enroll":
                self._enroll(body)
            else:
                self._identify(parts.path)
                self._serve(parts.path, parse_qs(parts.query), body)
        except RefusedError as refused:
            self._send(refused.status, json.dumps(refused.problem).encode(), "application/problem+json")

    def _enroll(self, body: bytes) -> None:
        if self.command == "GET":
            self._send(200, msgspec.json.encode(self.plant.authority.bundle))
        else:
            self._send(200, self.plant.enroll(msgspec.json.decode(body, type=EnrollRequest)))

    def _identify(self, path: str) -> None:
        peer = self.connection.getpeercert(binary_form=True)
        if peer is None:
            raise RefusedError(401, "certificate_missing", "The request came without a client certificate.")
        certificate = x509.load_der_x509_certificate(peer)
        self.gateway = gateway_of(certificate)
        expired = certificate.not_valid_after_utc.timestamp() < time.time()
        if self.gateway in self.plant.revoked or (expired and path != "/gateway/v1/renew"):
            raise RefusedError(403, "certificate_revoked", "The certificate was revoked.", "Enrol again.")
        with self.plant.lock:
            self.plant.peers.append(hashlib.sha256(peer).hexdigest())

    def _serve(self, path: str, query: dict[str, list[str]], body: bytes) -> None:
        plant = self.plant
        last = path.rpartition("/")[2]
        match (self.command, path.split("/")[3]):
            case ("POST", "renew"):
                request = msgspec.json.decode(body, type=RenewRequest)
                self._send(200, msgspec.json.encode(plant.authority.identity(request.csr_pem, self.gateway)))
            case ("POST", "events"):
                self._send(200, msgspec.json.encode(plant.take(body)))
            case ("GET", "desired"):
                answer = plant.wait_for_desired(int(query["revision"][0]), float(query["wait"][0]))
                self._send(200, msgspec.json.encode(answer))
            case ("GET", "commands"):
                commands = plant.wait_for_commands(int(query["cursor"][0]), float(query["wait"][0]))
                self._send(200, msgspec.json.encode(commands))
            case ("PUT", "previews"):
                plant.previews.append((last, body))
                self._send(204)
            case ("PUT", "reported"):
                plant.reports.append(msgspec.json.decode(body, type=ReportedState))
                self._send(204)
            case ("HEAD", "images"):
                self._send(200 if last in plant.images else 404)
            case ("PUT", "images"):
                if hashlib.sha256(body).hexdigest() != last:
                    raise RefusedError(422, "image_altered", "The image is not the one that its name says.")
                plant.images[last] = body
                self._send(204)
            case ("GET", "packages"):
                self._send_package(last)
            case _:
                raise RefusedError(404, "not_found")

    def _send_package(self, sha256: str) -> None:
        content = self.plant.packages.get(sha256)
        if content is None:
            raise RefusedError(404, "package_unknown", "The package is not here.")
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        cut, self.plant.break_package_after = self.plant.break_package_after, None
        self.wfile.write(content[start:] if cut is None else content[start : start + cut])
        if cut is not None:
            self.close_connection = True

    def _send(self, status: int, content: bytes = b"", media_type: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
