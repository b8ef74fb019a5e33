"""A station's real process, but for the eye: ``python -m tests.fakes.station_process --data D --station S``."""

import argparse
import asyncio
from pathlib import Path

from goodpart.base.clock import SystemClock
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.lock import hold_lock
from goodpart.gateway.health.logs import set_up_logging
from goodpart.gateway.station.run import run_station
from tests.fakes.eyes import ReadingEye


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--station", required=True)
    arguments = parser.parse_args()
    set_up_logging("info")
    folders = GatewayFolders.open(arguments.data)
    with hold_lock(folders.station(arguments.station).lock, task="serving the station", patience_s=5.0):
        asyncio.run(run_station(folders, arguments.station, SystemClock(), lambda _: ReadingEye()))


if __name__ == "__main__":
    main()
