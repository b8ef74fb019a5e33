"""Nothing is untested by oversight: each part of the product has a folder of tests, each such folder has tests."""

from pathlib import Path

KINDS = ("unit", "contract", "integration", "e2e")


def test_every_folder_of_tests_has_tests(repository_files: list[Path], checkout: Path) -> None:
    kinds = [checkout / "tests" / kind for kind in (*KINDS, "architecture", "soak")]
    inside = [path for path in repository_files if any(kind in path.parents for kind in kinds)]
    folders = {folder for path in inside for folder in path.parents if any(k in folder.parents for k in kinds)}
    tested = {folder for path in inside if path.match("test_*.py") for folder in path.parents}
    assert [str(folder.relative_to(checkout)) for folder in sorted(folders - tested)] == []


def test_every_part_of_the_product_has_a_folder_of_tests(repository_files: list[Path], checkout: Path) -> None:
    names = [path.relative_to(checkout).parts for path in repository_files]
    parts = {name[2] for name in names if name[:2] == ("src", "goodpart") and len(name) > 3}
    tested = {name[2] for name in names if name[0] == "tests" and name[1] in KINDS and len(name) > 3}
    assert parts - tested == set()


def test_test_modules_are_where_pytest_finds_them(repository_files: list[Path], checkout: Path) -> None:
    inside = [path.relative_to(checkout / "tests") for path in repository_files if checkout / "tests" in path.parents]
    stray = [path for path in inside if path.name.startswith("test_") and path.suffix == ".py" and len(path.parts) < 2]
    assert stray == []
    # The browser tests are a package, which ends its demo and its browser before other tests start theirs.
    assert [str(path) for path in inside if path.name == "__init__.py"] == ["e2e/__init__.py"]
