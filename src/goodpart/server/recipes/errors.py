"""What a recipe can refuse."""

from goodpart.server.kit.errors import ConflictError, InvalidError, NotFoundError


class RecipeNotFoundError(NotFoundError):
    code = "recipe_not_found"


class RecipeInvalidError(InvalidError):
    code = "recipe_invalid"


class EvidenceMissingError(ConflictError):
    """Observing has not shown yet that the recipe may reject parts; the cause lists what is missing."""

    code = "evidence_missing"


class TooFewReviewedPartsError(ConflictError):
    """What a suggestion needs has not been reviewed yet."""

    code = "too_few_reviewed_parts"


class AlreadyPromotedError(ConflictError):
    code = "recipe_already_promoted"


class RecipeChangedError(ConflictError):
    """Somebody else changed the recipe at the same time."""

    code = "recipe_changed"
