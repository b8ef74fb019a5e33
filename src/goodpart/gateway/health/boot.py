"""Which start of the machine this is."""

from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def read_boot_id() -> str:
    """The kernel's id of this boot: monotonic times compare only between events that carry the same one."""
    return _BOOT_ID.read_text().strip()
