"""What a preview is refused for."""

from goodpart.server.kit.errors import InvalidError, NotFoundError


class PreviewUnusableError(InvalidError):
    code = "preview_unusable"


class StationNotWatchedError(NotFoundError):
    """Nobody looks any more: the gateway stops sending."""

    code = "station_not_watched"
