"""``python -m goodpart.gateway.station --data D --station S``, as the supervisor starts it."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

import structlog

from goodpart.base.clock import SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.gateway.folders import GatewayFolders, is_station_name
from goodpart.gateway.health.lock import hold_lock
from goodpart.gateway.health.logs import set_up_logging
from goodpart.gateway.health.station_status import StationStatus, write_status
from goodpart.gateway.settings import read_settings
from goodpart.gateway.station.run import package_eyes, run_station

_PREDECESSOR_ENDS_WITHIN_S = 5.0
_PRIORITY = -10
_log = structlog.get_logger("station")


def go_first() -> None:
    """Parts wait for nothing else on this machine: not for uploads, a proof or a training."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, _PRIORITY)
    except PermissionError:
        _log.info("priority_not_raised", remedy="Grant CAP_SYS_NICE to the gateway's service.")


def main() -> int:
    parser = argparse.ArgumentParser(prog="goodpart.gateway.station")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--station", required=True)
    arguments = parser.parse_args()
    if not is_station_name(arguments.station):
        parser.error("--station is the id of a station")
    clock = SystemClock()
    try:
        settings = read_settings(arguments.data)
        set_up_logging(settings.log_level)
        folders = GatewayFolders.open(settings.data_dir)
        folder = folders.station(arguments.station)
        go_first()
        with hold_lock(folder.lock, task="serving the station", patience_s=_PREDECESSOR_ENDS_WITHIN_S):
            try:
                asyncio.run(run_station(folders, arguments.station, clock, package_eyes(folders)))
            except GoodpartError as error:
                down = StationStatus(
                    station=arguments.station, state="down", detail=error.cause, updated_at=clock.now()
                )
                write_status(folder.status, down)
                raise
    except GoodpartError as error:
        sys.stderr.write(f"goodpart: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
