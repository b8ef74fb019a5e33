"""Stations to test: one in its own process on a real PLC and camera, one here on a machine in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.eyes import picture
from tests.fakes.gateway_children import JournalContent, StationProcess
from tests.fakes.gateways import EnrolledGateway, recipe, station
from tests.fakes.http_camera import AimedCamera
from tests.fakes.lines import GOOD, Line
from tests.fakes.plc import SteppedPlc
from tests.fakes.running_station import RunningStation


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """In production, one recipe for every part number; the station is not started yet."""
    gateway = EnrolledGateway(tmp_path / "gateway")
    async with SteppedPlc(first_sequence=100) as plc, AimedCamera(picture(GOOD)) as camera:
        gateway.activate(1, station(plc.endpoint, camera.url, recipe()))
        process = StationProcess(gateway.folders, tmp_path / "station.log")
        yield Line(plc, camera, gateway, process, JournalContent(gateway.folders))
        process.stop()


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningStation]:
    """In production, one recipe for every part number; started."""
    station = RunningStation(tmp_path / "gateway")
    await station.start()
    yield station
    await station.close()
