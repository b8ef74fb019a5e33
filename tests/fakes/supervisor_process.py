"""A real supervisor over stations with a test's eye and an uplink that only sleeps: ``--data D``."""

import argparse
import sys
from pathlib import Path

from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.lock import hold_lock
from goodpart.gateway.health.logs import set_up_logging
from goodpart.gateway.supervisor import Supervisor


def for_station(folders: GatewayFolders, station: str) -> list[str]:
    return [sys.executable, "-m", "tests.fakes.station_process", "--data", str(folders.root), "--station", station]


def for_uplink(_: GatewayFolders) -> list[str]:
    return [sys.executable, "-c", "import time; time.sleep(3600)"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    set_up_logging("info")
    folders = GatewayFolders.open(parser.parse_args().data)
    with hold_lock(folders.supervisor_lock, task="running a gateway", patience_s=3.0):
        Supervisor(folders, for_station=for_station, for_uplink=for_uplink).run()


if __name__ == "__main__":
    main()
