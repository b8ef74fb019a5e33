"""What a dataset can refuse."""

from goodpart.server.kit.errors import InvalidError, NotFoundError


class DatasetNotFoundError(NotFoundError):
    code = "dataset_not_found"


class DatasetImageNotFoundError(NotFoundError):
    code = "dataset_image_not_found"


class ImageUnusableError(InvalidError):
    """The uploaded bytes are no image that can be learned from."""

    code = "image_unusable"
