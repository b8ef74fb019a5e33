"""Why somebody is not signed in."""

from goodpart.server.kit.errors import GoneError, InvalidError, UnauthenticatedError


class SignInRefusedError(UnauthenticatedError):
    """Does not tell whether the name or the password is wrong."""

    code = "sign_in_refused"
    title = "Sign-in refused"


class LinkUsedError(GoneError):
    code = "link_no_longer_valid"


class PasswordTooShortError(InvalidError):
    code = "password_too_short"
