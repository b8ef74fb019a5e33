"""What can be wrong with an image, a package or a training set."""

from goodpart.base.errors import GoodpartError


class FrameError(GoodpartError):
    """An image cannot be used; the cause names the file and what is wrong with it."""

    code = "frame_unusable"


class PartNotFoundError(FrameError):
    """The image is fine, but the part is not in it, or not wholly."""

    code = "part_not_found"


class BackboneError(GoodpartError):
    """A backbone's weights are missing or are not what they should be."""

    code = "backbone_unusable"


class EngineError(GoodpartError):
    """An inference engine is missing, or cannot load or run a network."""

    code = "engine_unusable"


class PackageError(GoodpartError):
    """A model package is refused; the cause says why."""

    code = "package_refused"


class TrainingError(GoodpartError):
    """A set of images cannot be learned from."""

    code = "training_impossible"


class TrainingCancelledError(GoodpartError):
    """Training was stopped on request; nothing was written."""

    code = "training_cancelled"


class EvaluationError(GoodpartError):
    """A folder of test images cannot be scored: no known verdicts, or a mask that does not fit its image."""

    code = "evaluation_impossible"
