"""Why somebody is not signed in, or an account not changed."""

from goodpart.server.kit.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    NotFoundError,
    TooManyError,
    UnauthenticatedError,
)


class SignInRefusedError(UnauthenticatedError):
    """Does not tell whether the name or the password is wrong."""

    code = "sign_in_refused"
    title = "Sign-in refused"


class SecondFactorNeededError(UnauthenticatedError):
    """Name and password are right; a code is missing."""

    code = "second_factor_needed"
    title = "One more step"


class SignInDelayedError(TooManyError):
    code = "sign_in_delayed"
    title = "Wait before the next attempt"


class LinkUsedError(GoneError):
    code = "link_no_longer_valid"


class PasswordTooShortError(InvalidError):
    code = "password_too_short"


class PasswordGuessableError(InvalidError):
    code = "password_guessable"


class PasswordWrongError(InvalidError):
    """Of somebody who is signed in, asked again before something that matters."""

    code = "password_wrong"


class SecondFactorWrongError(InvalidError):
    code = "second_factor_wrong"


class UserNotFoundError(NotFoundError):
    code = "user_not_found"


class UserNameTakenError(ConflictError):
    code = "user_name_taken"


class LastAdminError(ConflictError):
    code = "last_admin"


class SessionNotFoundError(NotFoundError):
    code = "session_not_found"


class TokenNotFoundError(NotFoundError):
    code = "token_not_found"


class TokenUnusableError(InvalidError):
    code = "token_unusable"


class PlaceUnknownError(InvalidError):
    code = "place_unknown"
