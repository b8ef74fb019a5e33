"""What can be wrong with a place or a part number."""

from goodpart.server.kit.errors import ConflictError, InvalidError, NotFoundError


class PlaceNotFoundError(NotFoundError):
    code = "place_not_found"


class PlaceInvalidError(InvalidError):
    code = "place_invalid"


class PartNumberNotFoundError(NotFoundError):
    code = "part_number_not_found"


class PartNumberTakenError(ConflictError):
    code = "part_number_taken"
