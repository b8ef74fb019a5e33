"""Where everything lies in a gateway's data folder. The one place that knows the names.

data-version
identity/     key.pem identity.json server.json       who this gateway is; written by enrollment
deployment/   deployment.json active.json previous.json    what it runs; written by deployment
packages/     <sha256>.gpm                            what its stations load; content-addressed
stations/<station>/
    journal.db images/ status.json watch.json         written by the station's process alone
    preview.json                                      the newest part for who looks on; the uplink takes it away
    uplink.db preview-lease.json                      what the server has and wants of it; written by the uplink alone
"""

import re
from dataclasses import dataclass
from pathlib import Path

from goodpart.base.files import open_data_folder

LAYOUT_VERSION = 1
_STATION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_station_name(text: str) -> bool:
    """Whether ``text`` may name a station: it becomes the name of a folder."""
    return _STATION_NAME.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Whether ``text`` is a SHA-256 in lower-case hex: it becomes the name of a file."""
    return _SHA256.fullmatch(text) is not None


@dataclass(frozen=True)
class StationFolder:
    """The files of one station."""

    root: Path

    @property
    def station(self) -> str:
        return self.root.name

    @property
    def journal(self) -> Path:
        return self.root / "journal.db"

    def journals_set_aside(self) -> tuple[Path, ...]:
        """Damaged journals that a new one took the place of, oldest first."""
        return tuple(sorted(self.root.glob("journal-damaged-*.db")))

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def uplink(self) -> Path:
        """What the server has acknowledged."""
        return self.root / "uplink.db"

    @property
    def status(self) -> Path:
        return self.root / "status.json"

    @property
    def watch(self) -> Path:
        """What is remembered of pictures and parts, to tell when they change."""
        return self.root / "watch.json"

    @property
    def preview(self) -> Path:
        return self.root / "preview.json"

    @property
    def preview_lease(self) -> Path:
        """How long somebody looks on."""
        return self.root / "preview-lease.json"

    @property
    def lock(self) -> Path:
        """Held by the process that serves the station: never two at a time."""
        return self.root / "lock"

    def image(self, sha256: str) -> Path:
        return self.images / sha256[:2] / sha256


@dataclass(frozen=True)
class GatewayFolders:
    """The data folder of one gateway. Building one touches nothing; `open` makes and checks it."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> "GatewayFolders":
        """Raises `DataFolderError` where it is of a newer version or cannot be written."""
        open_data_folder(root, version=LAYOUT_VERSION)
        folders = cls(root)
        for folder in (folders.deployment_folder, folders.packages, folders.stations):
            folder.mkdir(exist_ok=True)
        folders.identity_folder.mkdir(mode=0o700, exist_ok=True)
        return folders

    @property
    def identity_folder(self) -> Path:
        return self.root / "identity"

    @property
    def key(self) -> Path:
        """The gateway's private key, mode 0600. It never leaves this folder."""
        return self.identity_folder / "key.pem"

    @property
    def next_key(self) -> Path:
        """A key that a certificate was asked for and that is not in use yet, mode 0600."""
        return self.identity_folder / "next-key.pem"

    @property
    def identity(self) -> Path:
        """`goodpart.wire.enrollment.Identity` as JSON. A gateway is enrolled once this file is there."""
        return self.identity_folder / "identity.json"

    @property
    def server(self) -> Path:
        """`goodpart.gateway.enrollment.identity.ServerAddress` as JSON."""
        return self.identity_folder / "server.json"

    @property
    def deployment_folder(self) -> Path:
        return self.root / "deployment"

    @property
    def deployment(self) -> Path:
        """The stage of the deployment under way."""
        return self.deployment_folder / "deployment.json"

    @property
    def active(self) -> Path:
        """The signed desired state that the stations run."""
        return self.deployment_folder / "active.json"

    @property
    def previous(self) -> Path:
        """The last good one before it."""
        return self.deployment_folder / "previous.json"

    @property
    def packages(self) -> Path:
        return self.root / "packages"

    def package(self, sha256: str) -> Path:
        return self.packages / f"{sha256}.gpm"

    @property
    def stations(self) -> Path:
        return self.root / "stations"

    def station(self, station: str) -> StationFolder:
        """Raises `ValueError` for what is no station's name."""
        if not is_station_name(station):
            raise ValueError(f"{station!r} is not the name of a station")
        return StationFolder(self.stations / station)

    def stations_on_disk(self) -> tuple[StationFolder, ...]:
        """Every station that ever had a folder here, by name: their records outlive their wiring."""
        found = (StationFolder(each) for each in self.stations.iterdir() if is_station_name(each.name))
        return tuple(sorted((each for each in found if each.root.is_dir()), key=lambda each: each.station))

    @property
    def uplink_lock(self) -> Path:
        """Held by the uplink process: never two at a time."""
        return self.root / "uplink.lock"

    @property
    def supervisor_lock(self) -> Path:
        return self.root / "supervisor.lock"
