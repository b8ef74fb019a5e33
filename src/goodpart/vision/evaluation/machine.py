"""The machine that figures about speed belong to."""

import os
import platform
from pathlib import Path

_INFO = Path("/proc/cpuinfo")
_FAST = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
"""What the speed of a network hangs on, as Linux names it."""


def machine_name() -> str:
    """The CPU's name and how many cores this process may use."""
    cores = len(os.sched_getaffinity(0))
    return f"{_cpu_says('model name') or platform.machine()}, {cores} core{'s' if cores > 1 else ''}"


def fast_instructions() -> tuple[str, ...]:
    """Those of the CPU on which the speed of a network hangs: ``avx2``, ``avx512f``, ``avx512_bf16``, ``amx_bf16``."""
    flags = _cpu_says("flags").split()
    return tuple(name for name in _FAST if name in flags)


def _cpu_says(name: str) -> str:
    lines = _INFO.read_text().splitlines() if _INFO.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")
