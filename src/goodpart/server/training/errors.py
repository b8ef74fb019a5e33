"""What a training run can refuse."""

from goodpart.base.errors import GoodpartError
from goodpart.server.kit.errors import ConflictError, InvalidError, NotFoundError


class TrainingRunNotFoundError(NotFoundError):
    code = "training_run_not_found"


class TrainingRunEndedError(ConflictError):
    code = "training_run_ended"


class DatasetTooSmallError(InvalidError):
    """Nothing can be learned from so few images."""

    code = "dataset_too_small"


class TrainingProcessError(GoodpartError):
    """The process that trains said what is wrong, or died without a word."""

    code = "training_failed"
