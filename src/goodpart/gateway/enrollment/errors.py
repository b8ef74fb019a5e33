"""What can go wrong between a gateway and the server that it belongs to.

EnrollmentError
├── NotEnrolledError         this data folder has no identity yet
├── AlreadyEnrolledError     it has one, and is asked to take another
├── IdentityDamagedError     its identity is not whole
├── AddressError             the text is not a server's address
├── WrongServerError         the server is not the one that made the claim code
├── UnusableAnswerError      the server's answer is not what was asked for
├── ServerUnreachableError   no answer now; worth trying again
└── ServerRefusedError       the server said no, and why
"""

from goodpart.base.errors import GoodpartError


class EnrollmentError(GoodpartError):
    """The gateway has no working relation with its server."""

    code = "enrollment_failed"


class NotEnrolledError(EnrollmentError):
    """There is no identity in the data folder."""

    code = "not_enrolled"


class AlreadyEnrolledError(EnrollmentError):
    """The data folder belongs to a gateway already, and the claim code or the answer is for another."""

    code = "already_enrolled"


class IdentityDamagedError(EnrollmentError):
    """A file of the identity is missing, altered, or does not fit the others."""

    code = "identity_damaged"


class AddressError(EnrollmentError):
    """Not an address of the form ``https://HOST:PORT``."""

    code = "server_address_malformed"


class WrongServerError(EnrollmentError):
    """What answers at the address is not the server that made the claim code."""

    code = "wrong_server"


class UnusableAnswerError(EnrollmentError):
    """An answer that cannot be read, or an identity that does not hold together."""

    code = "answer_unusable"


class ServerUnreachableError(EnrollmentError):
    """The server cannot be reached, or cannot answer now. The same call may work later."""

    code = "server_unreachable"


class ServerRefusedError(EnrollmentError):
    """The server understood and refused. ``status`` is the HTTP status, ``reason`` the code of its problem."""

    code = "server_refused"

    def __init__(self, cause: str, remedy: str = "", *, status: int, reason: str = "") -> None:
        super().__init__(cause, remedy)
        self.status = status
        self.reason = reason
