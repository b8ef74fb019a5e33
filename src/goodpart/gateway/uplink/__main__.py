"""``python -m goodpart.gateway.uplink --data D``, as the supervisor starts it."""

import argparse
import asyncio
import sys
from pathlib import Path

from goodpart.base.clock import SystemClock
from goodpart.base.errors import GoodpartError
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.lock import hold_lock
from goodpart.gateway.health.logs import set_up_logging
from goodpart.gateway.settings import read_settings
from goodpart.gateway.uplink.run import run_uplink

_PREDECESSOR_ENDS_WITHIN_S = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="goodpart.gateway.uplink")
    parser.add_argument("--data", type=Path, required=True)
    try:
        settings = read_settings(parser.parse_args().data)
        set_up_logging(settings.log_level)
        folders = GatewayFolders.open(settings.data_dir)
        with hold_lock(folders.uplink_lock, task="the uplink", patience_s=_PREDECESSOR_ENDS_WITHIN_S):
            asyncio.run(run_uplink(folders, settings, SystemClock()))
    except GoodpartError as error:
        sys.stderr.write(f"goodpart: {error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
