"""Why a desired state does not come to run.

DeploymentError
├── DocumentRefusedError    not for this gateway, not readable, or not newer
├── PackageRefusedError     altered, missing at the server, or no room for it
└── ProofError              it does not reproduce its golden scores here
"""

from goodpart.base.errors import GoodpartError


class DeploymentError(GoodpartError):
    """A desired state is refused; what runs goes on."""

    code = "deployment_refused"


class DocumentRefusedError(DeploymentError):
    """The document itself cannot be taken over."""

    code = "document_refused"


class PackageRefusedError(DeploymentError):
    """A package of the document cannot be had whole."""

    code = "package_not_available"


class ProofError(DeploymentError):
    """A package does not do on this machine what it did when it was approved."""

    code = "proof_failed"
