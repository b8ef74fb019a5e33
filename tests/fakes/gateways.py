"""Enrolled gateways on disk, and desired states that they accept."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from goodpart.base.files import write_durably
from goodpart.gateway.folders import GatewayFolders
from goodpart.trust.documents import seal
from goodpart.trust.signatures import DESIRED_STATE, SoftwareSigner
from goodpart.wire.desired import DesiredState, DriverSpec, RecipeSpec, StationSpec
from goodpart.wire.enrollment import Identity, TrustBundle
from goodpart.wire.modes import Mode
from tests.fakes.plc import NODE

GATEWAY = "0192f0c1-0000-7000-8000-00000000000a"
STATION = "0192f0c1-0000-7000-8000-000000000001"
PACKAGE = hashlib.sha256(b"a package that a test's eye stands for").hexdigest()


class EnrolledGateway:
    """A data folder with an identity whose signing key the test holds."""

    def __init__(self, root: Path) -> None:
        self.folders = GatewayFolders.open(root)
        self.signer = SoftwareSigner.generate()
        identity = Identity(
            gateway=GATEWAY,
            name="gateway-1",
            certificate_pem="",
            bundle=TrustBundle(roots_pem=()),
            signing_keys=(self.signer.public_key,),
            renew_after=datetime(2027, 1, 1, tzinfo=UTC),
        )
        write_durably(self.folders.identity, msgspec.json.encode(identity), mode=0o600)

    def activate(self, revision: int, *stations: StationSpec, signer: SoftwareSigner | None = None) -> None:
        """What the deployment does in the end: replace the active document."""
        desired = DesiredState(
            gateway=GATEWAY, revision=revision, issued_at=datetime(2026, 11, 2, tzinfo=UTC), stations=stations
        )
        document = seal(signer or self.signer, DESIRED_STATE, msgspec.json.encode(desired))
        write_durably(self.folders.active, msgspec.json.encode(document))


DEADLINE_MS = 4_000
"""Of a recipe in a test that is about something else: a part under it is late by no pause that a busy machine makes."""


def recipe(
    part_number: str = "*",
    *,
    mode: Mode = Mode.PRODUCTION,
    package: str = PACKAGE,
    deadline_ms: int = DEADLINE_MS,
    every: int = 10,
) -> RecipeSpec:
    return RecipeSpec(
        recipe=f"recipe-{part_number}",
        revision=1,
        part_number=part_number,
        package=package,
        package_size_bytes=1,
        good_below=1.0,
        bad_above=2.0,
        mode=mode,
        deadline_ms=deadline_ms,
        good_image_every=every,
    )


def station(
    endpoint: str,
    camera_url: str,
    *recipes: RecipeSpec,
    mode: Mode = Mode.PRODUCTION,
    name: str = STATION,
    image_store_mb: int = 100,
) -> StationSpec:
    plc = DriverSpec(driver="opcua", settings={"endpoint": endpoint, "node": NODE})
    return StationSpec(
        station=name,
        name="Final inspection",
        mode=mode,
        camera=DriverSpec(driver="http", settings={"url": camera_url}),
        trigger=plc,
        signals=plc,
        output=plc,
        recipes=recipes,
        image_store_mb=image_store_mb,
    )
