"""What the stations are told to run, for the processes that run it: they read, and verify, for themselves."""

import msgspec

from goodpart.gateway.deployment.document import open_desired
from goodpart.gateway.deployment.errors import DocumentRefusedError
from goodpart.gateway.enrollment.identity import read_signing_keys
from goodpart.gateway.folders import GatewayFolders
from goodpart.wire.desired import DesiredState
from goodpart.wire.signed import SignedDocument


def active_stamp(folders: GatewayFolders) -> tuple[int, int]:
    """Changes whenever another document becomes active; cheap enough to ask several times a second."""
    try:
        found = folders.active.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def read_active(folders: GatewayFolders) -> DesiredState | None:
    """The active desired state, verified. None before the first one.

    Raises `DocumentRefusedError`, `SignatureError`, `NotEnrolledError` and `IdentityDamagedError`.
    """
    try:
        document = msgspec.json.decode(folders.active.read_bytes(), type=SignedDocument)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise DocumentRefusedError(
            f"{folders.active} cannot be read: {error}.", "It is fetched again once the server is reached."
        ) from error
    gateway, keys = read_signing_keys(folders)
    return open_desired(document, keys, gateway)
