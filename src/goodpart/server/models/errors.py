"""What a model can refuse."""

from goodpart.server.kit.errors import ConflictError, NotFoundError


class ModelNotFoundError(NotFoundError):
    code = "model_not_found"


class ModelNotCandidateError(ConflictError):
    """Only a candidate can be approved, and only once."""

    code = "model_not_candidate"


class ModelNotApprovedError(ConflictError):
    """Nothing runs that is not approved and signed."""

    code = "model_not_approved"


class CandidateDamagedError(ConflictError):
    """The candidate's package is not what training wrote: it is not signed."""

    code = "candidate_damaged"
