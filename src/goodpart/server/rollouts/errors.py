"""Why a rollout is refused. Nothing is issued to any of its gateways then."""

from goodpart.server.kit.errors import ConflictError, NotFoundError


class RolloutNotFoundError(NotFoundError):
    code = "rollout_not_found"


class GatewayNotEnrolledError(ConflictError):
    code = "gateway_not_enrolled"
