"""What a line of the plant is refused for."""

from goodpart.server.kit.errors import InvalidError


class BatchInvalidError(InvalidError):
    for_gateways = True
    code = "batch_invalid"


class ImageHashError(InvalidError):
    for_gateways = True
    code = "image_hash_wrong"
