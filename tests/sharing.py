"""How tests are shared out where several run beside one another: by files, but all whole plants to one worker.

A whole plant is taught for a minute and then has ports of its own: one worker makes it once, and its tests follow one
another as they would alone.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

WHOLE_PLANTS = ("tests/e2e/", "tests/integration/crash/", "tests/integration/demo/")


class ByPlantsAndFiles(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "whole plants" if file.startswith(WHOLE_PLANTS) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return ByPlantsAndFiles(config, log) if config.getvalue("dist") == "loadfile" else None
