"""What a request can be refused for.

ApiError
├── UnauthenticatedError  401  nobody is signed in
├── ForbiddenError        403  signed in, but not allowed
├── NotFoundError         404
├── ConflictError         409  the state of the thing does not allow it
├── GoneError             410  a single-use link was used or has expired
├── ChangedMeanwhileError 412  somebody else has changed what was to be edited
├── TooLargeError         413
├── InvalidError          422  the request is well-formed, but what it says cannot be
├── PreconditionRequiredError 428  an edit that does not say what it edits
├── TooManyError          429  wait, then try again
├── UnavailableError      503  try again later
└── StorageFullError      507

A module derives its own errors from these in its ``errors.py`` and gives each a ``code`` of its own.
"""

from datetime import datetime

from goodpart.web.errors import HttpError


class ApiError(HttpError):
    """The root: ``status`` is what the request is answered with, ``code`` what programs key on."""


class UnauthenticatedError(ApiError):
    status = 401
    code = "not_signed_in"
    title = "Not signed in"


class ForbiddenError(ApiError):
    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFoundError(ApiError):
    """``what`` is a noun (``gateway``), ``key`` what was asked for."""

    status = 404
    code = "not_found"
    title = "Not found"

    @classmethod
    def of(cls, what: str, key: str) -> "NotFoundError":
        return cls(f"There is no {what} {key!r}.", "It may have been removed: go back and reload the list.")


class ConflictError(ApiError):
    status = 409
    code = "conflict"
    title = "Not possible in this state"


class GoneError(ApiError):
    status = 410
    code = "gone"
    title = "No longer valid"


class ChangedMeanwhileError(ApiError):
    """Carries the ``tag`` that the thing has now, so that who knows of the change can replace it all the same."""

    status = 412
    code = "changed_meanwhile"
    title = "Changed meanwhile"

    def __init__(self, tag: str | None, by: str | None, at: datetime | None) -> None:
        """Who changed it, and when, where that is known; ``tag`` None: it is no longer there."""
        who = f"{by} has" if by else "Somebody has"
        when = f" on {at:%Y-%m-%d} at {at:%H:%M} UTC" if at else ""
        super().__init__(
            f"{who} changed this since you read it{when}.", "Reload it and make your change again, or keep yours."
        )
        self.headers = {"ETag": f'"{tag}"'} if tag else {}
        self.extensions = {"changed_by": by, "changed_at": at.isoformat().replace("+00:00", "Z") if at else None}


class PreconditionRequiredError(ApiError):
    status = 428
    code = "precondition_required"
    title = "Say what is edited"


class TooLargeError(ApiError):
    status = 413
    code = "too_large"
    title = "Too large"


class InvalidError(ApiError):
    status = 422
    code = "invalid"
    title = "Not acceptable"


class TooManyError(ApiError):
    status = 429
    code = "too_many_attempts"
    title = "Too many attempts"


class UnavailableError(ApiError):
    status = 503
    code = "unavailable"
    title = "Not available now"


class StorageFullError(ApiError):
    status = 507
    code = "storage_full"
    title = "No space left"
