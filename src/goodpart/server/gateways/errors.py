"""Why a gateway is refused."""

from goodpart.server.gateways.model import ClaimOutcome
from goodpart.server.kit.errors import ConflictError, ForbiddenError, NotFoundError, UnauthenticatedError

_NEW_CODE = "Make a new claim code on the gateway's page of the server and run the join command again."


class GatewayNotFoundError(NotFoundError):
    code = "gateway_not_found"


class GatewayRevokedError(ConflictError):
    code = "gateway_revoked"


class ClaimCodeRefusedError(ForbiddenError):
    """One class for the three ways in which a code is refused; the ``code`` tells which."""

    for_gateways = True
    title = "Claim code refused"

    def __init__(self, outcome: ClaimOutcome) -> None:
        self.code = f"claim_code_{outcome}"
        super().__init__(_CLAIM_CAUSES[outcome], _NEW_CODE)


_CLAIM_CAUSES = {
    ClaimOutcome.WRONG: "This claim code is not known here, or a newer one has replaced it.",
    ClaimOutcome.USED: "This claim code has been used: each one enrols one gateway, once.",
    ClaimOutcome.EXPIRED: "This claim code has expired: it is valid for 24 hours.",
}


class CertificateMissingError(UnauthenticatedError):
    for_gateways = True
    code = "certificate_missing"
    title = "No client certificate"


class CertificateUnknownError(UnauthenticatedError):
    for_gateways = True
    code = "certificate_unknown"
    title = "Unknown client certificate"


class CertificateForeignError(UnauthenticatedError):
    """Only ever noted: the handshake has failed, so nobody is left to be answered."""

    for_gateways = True
    code = "certificate_foreign"
    title = "Client certificate of another server"


class CertificateRevokedError(ForbiddenError):
    for_gateways = True
    code = "certificate_revoked"
    title = "Gateway revoked"


class CertificateExpiredError(ForbiddenError):
    for_gateways = True
    code = "certificate_expired"
    title = "Certificate expired"


class StationNotServedError(NotFoundError):
    """This gateway does not serve that station."""

    code = "station_not_served"


class StationNotWiredError(ForbiddenError):
    for_gateways = True
    code = "station_not_wired"
    title = "Not this gateway's station"


class PackageNotDesiredError(ForbiddenError):
    for_gateways = True
    code = "package_not_desired"
    title = "Not this gateway's package"
