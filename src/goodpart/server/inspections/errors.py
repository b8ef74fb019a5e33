"""What can be wrong with an inspection, on its way in and when it is asked for."""

from goodpart.base.errors import GoodpartError
from goodpart.server.kit.errors import NotFoundError


class UnusableInspectionError(GoodpartError):
    """A recorded inspection holds values that no database can store."""

    code = "unusable_inspection"


class InspectionNotFoundError(NotFoundError):
    code = "inspection_not_found"


class ImageNotFoundError(NotFoundError):
    code = "image_not_found"
