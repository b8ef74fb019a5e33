"""What a line of the plant is refused for."""

from goodpart.server.kit.errors import InvalidError


class BatchInvalidError(InvalidError):
    code = "batch_invalid"


class ImageHashError(InvalidError):
    code = "image_hash_wrong"
