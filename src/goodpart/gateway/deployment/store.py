"""The stage and the active document, on disk. A file is replaced as a whole: a kill leaves the old or the new one."""

from collections.abc import Iterable

import msgspec
import structlog

from goodpart.base.files import sync_folder, write_durably
from goodpart.gateway.deployment.document import open_desired
from goodpart.gateway.deployment.errors import DocumentRefusedError
from goodpart.gateway.deployment.model import Deployment
from goodpart.gateway.folders import GatewayFolders, is_sha256
from goodpart.trust.signatures import KeySet, SignatureError
from goodpart.wire.desired import DesiredState
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import SignedDocument

_log = structlog.get_logger("deployment")


class DeploymentStore:
    """The files in ``deployment/`` and ``packages/``, as the uplink writes them."""

    def __init__(self, folders: GatewayFolders, gateway: str) -> None:
        self._folders = folders
        self._gateway = gateway

    def load(self, keys: KeySet) -> Deployment:
        """The stage as it was when the process ended. Where its file is lost, what runs is what is known."""
        try:
            return msgspec.json.decode(self._folders.deployment.read_bytes(), type=Deployment)
        except FileNotFoundError:
            pass
        except (OSError, msgspec.MsgspecError) as error:
            _log.error("deployment_stage_lost", file=str(self._folders.deployment), cause=str(error))
        active = self.read_active(keys)
        if active is None:
            return Deployment()
        return Deployment(stage=DeploymentStage.ACTIVE, revision=active.revision, active_revision=active.revision)

    def save(self, state: Deployment) -> None:
        write_durably(self._folders.deployment, msgspec.json.encode(state))

    def read_active(self, keys: KeySet) -> DesiredState | None:
        """None where there is none that is acceptable."""
        return self._read(self._folders.active.name, keys)

    def read_previous(self, keys: KeySet) -> DesiredState | None:
        return self._read(self._folders.previous.name, keys)

    def switch(self, document: SignedDocument, *, keep_active: bool) -> None:
        """Make ``document`` the active one. ``keep_active``: the one before is good and becomes the previous one."""
        if keep_active:
            write_durably(self._folders.previous, self._folders.active.read_bytes())
        write_durably(self._folders.active, msgspec.json.encode(document))

    def restore(self) -> None:
        """Make the previous document the active one; without one, none is active."""
        if self._folders.previous.exists():
            write_durably(self._folders.active, self._folders.previous.read_bytes())
        else:
            self._folders.active.unlink(missing_ok=True)
            sync_folder(self._folders.deployment_folder)

    def remove_packages_except(self, kept: Iterable[str]) -> None:
        """Free the space of packages that no document names any more."""
        names = set(kept)
        for file in self._folders.packages.iterdir():
            sha256 = file.name.partition(".")[0]
            if is_sha256(sha256) and sha256 not in names:
                file.unlink()

    def _read(self, name: str, keys: KeySet) -> DesiredState | None:
        path = self._folders.deployment_folder / name
        try:
            document = msgspec.json.decode(path.read_bytes(), type=SignedDocument)
            return open_desired(document, keys, self._gateway)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, SignatureError, DocumentRefusedError) as error:
            _log.error("desired_state_on_disk_refused", file=str(path), cause=str(error))
            return None
