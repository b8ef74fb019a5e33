"""What every test can rely on.

real_images             the folder of real inspection images; tests that take it are left out where there is none
added_resnet50          the folder with the backbone resnet50; tests that take it are left out until it was added
--soak                  collect tests/soak, the long counts
GOODPART_FAIL_ON_SKIP   set to 1: a skipped test is a failed one, so that a CI cannot lose tests unseen
GOODPART_TEST_DATA      where the real images are, if not in shared/data beside the checkout
GOODPART_TEST_BACKBONES where added backbones are, if not in this user's data folder
HYPOTHESIS_PROFILE      dev (default) or ci: more examples, the same ones every time
"""

import gc
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

pytest_plugins = ["tests.plants", "tests.sharing"]

CHECKOUT = Path(__file__).resolve().parent.parent
REAL_IMAGES = Path(os.environ.get("GOODPART_TEST_DATA") or CHECKOUT.parent / "shared" / "data")
DATA_HOME = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
BACKBONES = Path(os.environ.get("GOODPART_TEST_BACKBONES") or DATA_HOME / "goodpart" / "backbones")
FAIL_ON_SKIP = os.environ.get("GOODPART_FAIL_ON_SKIP") == "1"
NOT_EVERYWHERE = {
    "real_images": (REAL_IMAGES, "Name a folder in GOODPART_TEST_DATA."),
    "added_resnet50": (BACKBONES / "resnet50.safetensors", "Run: goodpart backbones add resnet50"),
}
LEFT_OUT = pytest.StashKey[dict[str, int]]()
OF_THE_TESTS = {"GOODPART_FAIL_ON_SKIP", "GOODPART_TEST_DATA", "GOODPART_TEST_BACKBONES"}
"""Settings that worker processes of pytest-xdist must find too; no program under test knows them."""

# What is imported stays: looking through it again and again for garbage took a fifth of the time before the first test.
gc.disable()

settings.register_profile("dev", deadline=None, max_examples=60)
settings.register_profile("ci", deadline=None, max_examples=200, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="collect tests/soak, which takes an hour or more")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = {}
    # Settings of the person who runs the tests must not reach the programs under test, nor their data folder.
    for name in [name for name in os.environ if name.startswith("GOODPART_") and name not in OF_THE_TESTS]:
        del os.environ[name]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if collection_path == CHECKOUT / "tests" / "soak" and not config.getoption("--soak"):
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What cannot be shipped or installed: without it its tests are left out, and counted as such."""
    for fixture, (place, _) in NOT_EVERYWHERE.items():
        if place.exists():
            continue
        left_out = [item for item in items if fixture in getattr(item, "fixturenames", ())]
        if left_out:
            config.stash[LEFT_OUT][fixture] = len(left_out)
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker process of pytest-xdist has ended; each of them has collected all tests."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for fixture, count in config.stash[LEFT_OUT].items():
        place, remedy = NOT_EVERYWHERE[fixture]
        terminalreporter.write_line(
            f"{count} tests of {fixture.replace('_', ' ')} are left out: there is no {place}. {remedy}"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not FAIL_ON_SKIP or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"GOODPART_FAIL_ON_SKIP is set, and this test skips: {reason}"


@pytest.fixture(scope="session")
def real_images() -> Path:
    """The folder with ``cookie``, ``magtile``, ``neu`` and ``lookout``. Read only; nothing from it is copied here."""
    return REAL_IMAGES


@pytest.fixture(scope="session")
def added_resnet50() -> Path:
    """The folder of backbones that the person who runs the tests has added resnet50 to."""
    return BACKBONES
