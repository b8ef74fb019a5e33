"""Joining a server: one claim code, one pinned first contact, one certificate.

    1  the code names the server by the fingerprint of its roots
    2  the roots are fetched over a connection that is not believed, and compared with the fingerprint
    3  every later byte goes through a connection that these roots vouch for
    4  the answer is checked as a whole, then stored

Killed at any point, the same command goes on: the key that was sent is on disk before it is sent.
"""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import msgspec

import goodpart
from goodpart.gateway.enrollment.answers import check_answer, unreachable, unusable
from goodpart.gateway.enrollment.errors import (
    AddressError,
    AlreadyEnrolledError,
    WrongServerError,
)
from goodpart.gateway.enrollment.identity import (
    Enrolled,
    ServerAddress,
    check_identity,
    is_enrolled,
    prepare_key,
    read_enrolled,
    store_identity,
    store_server,
)
from goodpart.gateway.enrollment.tls import bundle_context, unverified_context
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.certificates import CertificateError, load_chain, make_request, to_der
from goodpart.trust.claims import ClaimCode, bundle_fingerprint, fingerprint_matches, hash_secret
from goodpart.wire.enrollment import EnrollRequest, Identity, TrustBundle

_BUNDLE_LIMIT = 256 * 1024
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)


def join(folders: GatewayFolders, url: str, code: str, *, hardware: str = "") -> Enrolled:
    """Enrol the gateway in ``folders`` with the server at ``url``. The code that was used here before changes nothing.

    Where there is an identity, another code is refused before anybody is asked: which gateway it is of shows only once
    it is spent.

    Raises `ClaimCodeError` and `EnrollmentError`; the identity that was there before, or none, is untouched then.
    """
    claim = ClaimCode.parse(code)
    address = ServerAddress(url=server_url(url), code_hash=hash_secret(claim.secret))
    known = read_enrolled(folders) if is_enrolled(folders) else None
    if known is not None and known.server.code_hash == address.code_hash:
        if known.server != address:
            store_server(folders, address)
        return Enrolled(known.identity, known.key, address)
    if known is not None:
        raise AlreadyEnrolledError(
            f"{folders.root} belongs to the gateway {known.identity.name!r} of the server {known.server.url}; the claim"
            " code is another than the one that it was enrolled with. It was not used.",
            f"Start without --join to go on as {known.identity.name!r}, or name another data folder for another"
            f" gateway. To enrol {known.identity.name!r} anew, move {folders.identity_folder} away first.",
        )
    bundle = _fetch_bundle(address.url, claim)
    key = prepare_key(folders)
    request = EnrollRequest(
        code_secret=claim.secret,
        csr_pem=make_request(key),
        software=goodpart.__version__,
        hardware=hardware or f"{platform.node()} {platform.machine()}",
    )
    identity = _enrol(address.url, bundle, request)
    check_identity(identity, key)
    # The code is noted first: an identity without it could not tell the same command from another one.
    store_server(folders, address)
    store_identity(folders, identity)
    return Enrolled(identity, key, address)


def server_url(text: str) -> str:
    """``https://HOST:PORT`` without anything after it. Raises `AddressError`."""
    parts = urlsplit(text.strip())
    try:
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise AddressError(
            f"{text!r} is not the address of a Goodpart server for gateways.",
            "Copy it from the gateway's page on the server: https://HOST:PORT.",
        )
    return f"https://{parts.netloc}"


def _fetch_bundle(url: str, claim: ClaimCode) -> TrustBundle:
    """The server's roots, believed because the claim code carries their fingerprint."""
    content = b""
    with (
        _calling(url),
        httpx.Client(verify=unverified_context(), timeout=_TIMEOUT, trust_env=False) as http,
        http.stream("GET", f"{url}/enroll") as response,
    ):
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > _BUNDLE_LIMIT:
                raise unusable(url, ValueError(f"it is longer than {_BUNDLE_LIMIT} bytes"))
        check_answer(url, httpx.Response(response.status_code, content=content))
    try:
        bundle = msgspec.json.decode(content, type=TrustBundle)
        roots = tuple(to_der(each) for pem in bundle.roots_pem for each in load_chain(pem))
    except (msgspec.MsgspecError, CertificateError) as error:
        raise unusable(url, error) from error
    if not fingerprint_matches(claim, bundle_fingerprint(roots)):
        raise WrongServerError(
            f"The server at {url} is not the one that made this claim code: its roots have another fingerprint.",
            "Check the address. If it is right, somebody stands between, or the server was set up anew:"
            " make a new claim code.",
        )
    return bundle


def _enrol(url: str, bundle: TrustBundle, request: EnrollRequest) -> Identity:
    with (
        _calling(url),
        httpx.Client(verify=bundle_context(bundle), timeout=_TIMEOUT, trust_env=False) as http,
    ):
        headers = {"Content-Type": "application/json"}
        response = http.post(f"{url}/enroll", content=msgspec.json.encode(request), headers=headers)
        check_answer(url, response)
    try:
        return msgspec.json.decode(response.content, type=Identity)
    except msgspec.MsgspecError as error:
        raise unusable(url, error) from error


@contextmanager
def _calling(url: str) -> Iterator[None]:
    try:
        yield
    except httpx.HTTPError as error:
        raise unreachable(url, error) from error
