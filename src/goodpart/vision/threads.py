"""Who uses the cores: one picture a thread, and no second layer of threads beneath it.

NumPy's BLAS would split every product over all cores and wait, spinning, for the last of them. On a computer that also
inspects parts that wait is long: training took ten times as long beside a busy station. With one thread to a product
and the products on threads of our own the cores are used as well, and sums do not depend on how many there are.
"""

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_NAMES = (
    "scipy_openblas_{}_num_threads64_",
    "scipy_openblas_{}_num_threads",
    "openblas_{}_num_threads64_",
    "openblas_{}_num_threads",
)


def in_order(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    step: Callable[[int], None] = lambda _done: None,
) -> Iterator[Result]:
    """Apply ``function`` on threads, a few items ahead; results come in order, ``step`` is told how many came."""
    ahead = 2 * workers
    waiting: deque[Future[Result]] = deque()
    rest = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        try:
            waiting.extend(pool.submit(function, item) for item in islice(rest, ahead))
            done = 0
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(function, item) for item in islice(rest, 1))
                done += 1
                step(done)
                yield result
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Inside, OpenBLAS works on the calling thread alone. Another BLAS, or another system, is left as it is."""
    libraries = [ctypes.CDLL(path) for path in loaded_openblas()]
    before = [(library, name, _call(library, name, "get")) for library in libraries if (name := _name_in(library))]
    for library, name, _ in before:
        _call(library, name, "set", 1)
    try:
        yield
    finally:
        for library, name, count in before:
            _call(library, name, "set", count)


def loaded_openblas() -> list[str]:
    """The OpenBLAS libraries in this process: NumPy and SciPy bring one each."""
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return []
    paths = {line.split(maxsplit=5)[-1] for line in maps.read_text().splitlines() if "openblas" in line}
    return sorted(path for path in paths if path.startswith("/") and ".so" in path)


def _name_in(library: ctypes.CDLL) -> str | None:
    return next((name for name in _NAMES if hasattr(library, name.format("set"))), None)


def _call(library: ctypes.CDLL, name: str, verb: str, *arguments: int) -> int:
    return int(getattr(library, name.format(verb))(*arguments))
