"""What the demo keeps between two starts, so that the second continues the first one's history."""

import secrets
import socket
from pathlib import Path

import msgspec

from goodpart.base.errors import DataFolderError
from goodpart.base.files import write_durably

_FILE = "demo.json"


class DemoMemory(msgspec.Struct, kw_only=True):
    """Ports stay the same from start to start: the gateway's certificate and wiring name them."""

    password: str
    browser_port: int
    gateway_port: int
    plc_port: int
    line_port: int
    rollout_due: bool = True
    """Set before the plant is changed and cleared once the gateway runs the change: an interrupted demo goes on."""


def load_memory(folder: Path, *, browser_port: int) -> DemoMemory:
    """Read the memory in ``folder``, or make one. ``browser_port`` 0 picks a free port.

    Raises `DataFolderError` where the file is there but damaged.
    """
    path = folder / _FILE
    if path.exists():
        try:
            memory = msgspec.json.decode(path.read_bytes(), type=DemoMemory)
        except msgspec.MsgspecError as error:
            raise DataFolderError(
                f"The file {path} is damaged: {error}.", f"Remove the folder {folder} to start the demo afresh."
            ) from error
        if browser_port:
            memory.browser_port = browser_port
    else:
        free = _free_ports(4)
        memory = DemoMemory(
            password=secrets.token_urlsafe(24),
            browser_port=browser_port or free[0],
            gateway_port=free[1],
            plc_port=free[2],
            line_port=free[3],
        )
    save_memory(folder, memory)
    return memory


def save_memory(folder: Path, memory: DemoMemory) -> None:
    write_durably(folder / _FILE, msgspec.json.encode(memory), mode=0o600)


def _free_ports(count: int) -> list[int]:
    """Ports that nothing listens on, all different: they are held open together while they are chosen."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
