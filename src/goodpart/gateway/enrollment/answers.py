"""What the server's answers mean: content, a refusal with its reason, or nothing usable now."""

import ssl

import httpx
import msgspec

from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError, UnusableAnswerError

_ALERTS = frozenset(
    {
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
        "TLSV1_ALERT_DECRYPT_ERROR",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    }
)
"""What OpenSSL calls the alerts with which a server refuses a client's certificate."""
_ENROL_AGAIN = (
    "If the server was set up anew, or another one answers there, enrol this gateway again in a data folder of its own,"
    " with a claim code from its page on that server."
)
_TRANSIENT = frozenset({408, 425, 429})


class _Problem(msgspec.Struct, frozen=True):
    """RFC 9457, with the members that Goodpart adds: ``code``, and ``remedy`` beside ``detail``."""

    title: str = ""
    code: str = ""
    detail: str = ""
    remedy: str = ""


def unreachable(url: str, error: httpx.HTTPError, *, identified: bool = False) -> ServerUnreachableError:
    """A sentence for a call that got no answer. ``url`` is the server's address.

    ``identified``: this gateway showed its certificate. A server that does not accept it ends the connection right
    after the handshake, which looks like a broken network.
    """
    broken = _tls_failure(error)
    if isinstance(broken, ssl.SSLCertVerificationError):
        return ServerUnreachableError(
            f"The server at {url} shows a certificate that is not accepted: {broken.verify_message.rstrip('.')}.",
            "Reach it under a name that its certificate carries (the server's setting GOODPART_GATEWAY_HOSTS),"
            " and check both clocks.",
        )
    if identified and broken is not None and (broken.reason or "") in _ALERTS:
        return ServerUnreachableError(f"The server at {url} does not accept this gateway's certificate.", _ENROL_AGAIN)
    remedy = "Check the address, the network, and that the server runs."
    if isinstance(error, httpx.TimeoutException):
        why = "it does not answer in time"
    elif isinstance(error, httpx.ConnectError):
        why = "no connection"
    else:
        why = "the connection broke"
        if identified:
            remedy = f"{remedy} If it stays so, the server may not accept this gateway's certificate. {_ENROL_AGAIN}"
    return ServerUnreachableError(f"The server at {url} cannot be reached: {why}.", remedy)


def check_answer(url: str, response: httpx.Response) -> None:
    """Raises `ServerRefusedError` or `ServerUnreachableError` unless the status is 2xx. The body has been read."""
    if response.is_success:
        return
    try:
        problem = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    if response.is_server_error or response.status_code in _TRANSIENT:
        raise ServerUnreachableError(
            f"The server at {url} cannot answer now: "
            f"{problem.detail or problem.title or f'status {response.status_code}'}",
            problem.remedy or "Look at the server's log.",
        )
    raise ServerRefusedError(
        problem.detail or f"The server at {url} refused with status {response.status_code}.",
        problem.remedy,
        status=response.status_code,
        reason=problem.code,
    )


def unusable(url: str, error: Exception) -> UnusableAnswerError:
    return UnusableAnswerError(
        f"The answer of {url} cannot be read: {error}.", "Check that a Goodpart server listens for gateways there."
    )


def _tls_failure(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return error
        error = error.__cause__ or error.__context__
    return None
