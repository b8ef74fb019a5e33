"""What the server's answers mean: content, a refusal with its reason, or nothing usable now."""

import ssl

import httpx
import msgspec

from goodpart.gateway.enrollment.errors import ServerRefusedError, ServerUnreachableError, UnusableAnswerError

_TRANSIENT = frozenset({408, 425, 429})


class _Problem(msgspec.Struct, frozen=True):
    """RFC 9457, with the members that Goodpart adds: ``code``, and ``remedy`` beside ``detail``."""

    title: str = ""
    code: str = ""
    detail: str = ""
    remedy: str = ""


def unreachable(url: str, error: httpx.HTTPError) -> ServerUnreachableError:
    """A sentence for a call that got no answer. ``url`` is the server's address."""
    broken = _certificate_failure(error)
    if broken is not None:
        return ServerUnreachableError(
            f"The server at {url} shows a certificate that is not accepted: {broken.verify_message.rstrip('.')}.",
            "Reach it under a name that its certificate carries (the server's setting GOODPART_GATEWAY_HOSTS),"
            " and check both clocks.",
        )
    if isinstance(error, httpx.TimeoutException):
        why = "it does not answer in time"
    elif isinstance(error, httpx.ConnectError):
        why = "no connection"
    else:
        why = "the connection broke"
    return ServerUnreachableError(
        f"The server at {url} cannot be reached: {why}.", "Check the address, the network, and that the server runs."
    )


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


def _certificate_failure(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None
