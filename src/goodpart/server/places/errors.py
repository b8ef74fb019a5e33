"""What can be wrong with a place or a part number."""

from goodpart.server.kit.errors import ConflictError, InvalidError, NotFoundError


class PlaceNotFoundError(NotFoundError):
    code = "place_not_found"


class PlaceInvalidError(InvalidError):
    code = "place_invalid"


class PlaceNameTakenError(ConflictError):
    code = "place_name_taken"


class PlaceInUseError(ConflictError):
    """Something belongs to the place, so it cannot be removed."""

    code = "place_in_use"


class PartNumberNotFoundError(NotFoundError):
    code = "part_number_not_found"


class IdealCycleNotFoundError(NotFoundError):
    code = "ideal_cycle_not_found"


class PartNumberRetiredError(ConflictError):
    code = "part_number_retired"


class PartNumberInUseError(ConflictError):
    """Something belongs to the part number, so it can be retired, and not removed."""

    code = "part_number_in_use"


class PartNumberTakenError(ConflictError):
    code = "part_number_taken"
