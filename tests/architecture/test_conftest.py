"""What tests/conftest.py promises: tried on a small folder of tests of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = "import pytest\ndef test_that_skips(): pytest.skip('no chromium')\n"
SKIPPING_AS_A_WHOLE = "import pytest\npytest.skip('no mosquitto', allow_module_level=True)\n"
OF_REAL_IMAGES = "def test_of_images(real_images): assert real_images.is_dir()\n"
PASSING = "import os\ndef test_that_passes(): assert 'GOODPART_DATA_DIR' not in os.environ\n"


@pytest.fixture
def suite(tmp_path: Path, checkout: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    promises = (checkout / "tests" / "conftest.py").read_text()
    # Its fixtures of whole plants are not what is tried here, and take seconds to import.
    (tmp_path / "tests" / "conftest.py").write_text(re.sub("^pytest_plugins = .*", "", promises, flags=re.MULTILINE))
    (tmp_path / "tests" / "test_passing.py").write_text(PASSING)
    return tmp_path


def outcome(suite: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "xdist", "-ra", *arguments],
        cwd=suite,
        env={name: value for name, value in os.environ.items() if not name.startswith("GOODPART_")}
        # Plugins that are not tried here take longer to import than the tests to run.
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("skipping", [SKIPPING, SKIPPING_AS_A_WHOLE])
def test_a_skip_is_fine_at_a_desk_and_a_failure_in_ci(suite: Path, skipping: str, workers: str) -> None:
    (suite / "tests" / "test_skipping.py").write_text(skipping)
    assert outcome(suite, "-n", workers)[0] == 0
    status, said = outcome(suite, "-n", workers, GOODPART_FAIL_ON_SKIP="1")
    assert status != 0
    assert "this test skips: Skipped: no " in said


@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_of_real_images_are_left_out_and_counted_where_there_are_none(suite: Path, workers: str) -> None:
    (suite / "tests" / "test_images.py").write_text(OF_REAL_IMAGES)
    nowhere = str(suite / "nowhere")
    status, said = outcome(suite, "-n", workers, GOODPART_TEST_DATA=nowhere, GOODPART_FAIL_ON_SKIP="1")
    assert status == 0
    assert "1 tests of real images are left out" in said
    assert "1 passed" in said
    assert "2 passed" in outcome(suite, GOODPART_TEST_DATA=str(suite))[1]


def test_tests_of_the_added_backbone_are_left_out_and_counted_until_it_was_added(suite: Path) -> None:
    (suite / "tests" / "test_backbone.py").write_text(
        "def test_of_it(added_resnet50): assert added_resnet50.is_dir()\n"
    )
    said = outcome(suite, GOODPART_TEST_BACKBONES=str(suite), GOODPART_FAIL_ON_SKIP="1")[1]
    assert "1 tests of added resnet50 are left out" in said
    assert "goodpart backbones add resnet50" in said
    (suite / "resnet50.safetensors").touch()
    assert "2 passed" in outcome(suite, GOODPART_TEST_BACKBONES=str(suite))[1]


def test_the_soak_runs_only_when_asked_for(suite: Path) -> None:
    (suite / "tests" / "soak").mkdir()
    (suite / "tests" / "soak" / "test_long.py").write_text("def test_long(): pass\n")
    assert "1 passed" in outcome(suite)[1]
    assert "2 passed" in outcome(suite, "--soak")[1]


def test_settings_of_whoever_runs_the_tests_do_not_reach_them(suite: Path) -> None:
    assert outcome(suite, GOODPART_DATA_DIR="somewhere")[0] == 0
