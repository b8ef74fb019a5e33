"""What the demo keeps between two starts, so that the second continues the first one's history."""

import secrets
import socket
from pathlib import Path

import msgspec

from goodpart.base.errors import DataFolderError, GoodpartError
from goodpart.base.files import write_durably
from goodpart.base.ports import free_ports

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


class PortInUseError(GoodpartError):
    """A port that the demo cannot do without is taken."""

    code = "port_in_use"


def load_memory(folder: Path, *, browser_port: int) -> DemoMemory:
    """Read the memory in ``folder``, or make one. ``browser_port`` 0 takes the last one, or a free one.

    A port that somebody else has taken meanwhile is replaced where that is possible. Raises `PortInUseError` where it
    is not, with nothing changed, and `DataFolderError` where the file is there but damaged.
    """
    path = folder / _FILE
    if browser_port and not _is_free(browser_port):
        raise PortInUseError(
            f"Port {browser_port} of 127.0.0.1 is in use.",
            "Stop what uses it, or choose another with --port; --port 0 takes a free one.",
        )
    free = free_ports(4)
    if path.exists():
        memory = _read(path)
        if not _is_free(memory.gateway_port):
            raise PortInUseError(
                f"Port {memory.gateway_port} of 127.0.0.1, where the demo's gateway looks for its server, is in use.",
                f"End the demo that already runs on {folder}, or what else uses the port.",
            )
        memory.browser_port = browser_port or _kept(memory.browser_port, free[0])
        memory.plc_port = _kept(memory.plc_port, free[2])
        memory.line_port = _kept(memory.line_port, free[3])
    else:
        memory = DemoMemory(
            password=secrets.token_urlsafe(24),
            browser_port=browser_port or free[0],
            gateway_port=free[1],
            plc_port=free[2],
            line_port=free[3],
        )
    save_memory(folder, memory)
    return memory


def _read(path: Path) -> DemoMemory:
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemoMemory)
    except msgspec.MsgspecError as error:
        raise DataFolderError(
            f"The file {path} is damaged: {error}.", f"Remove the folder {path.parent} to start the demo afresh."
        ) from error


def save_memory(folder: Path, memory: DemoMemory) -> None:
    write_durably(folder / _FILE, msgspec.json.encode(memory), mode=0o600)


def _kept(port: int, otherwise: int) -> int:
    return port if _is_free(port) else otherwise


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True
