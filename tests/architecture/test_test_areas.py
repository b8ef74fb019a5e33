"""Nothing is untested by oversight: each part of the product has a folder of tests, each such folder has tests."""

from pathlib import Path

KINDS = ("unit", "contract", "integration", "e2e")


def test_every_folder_of_tests_has_tests(checkout: Path) -> None:
    folders = {
        path
        for kind in (*KINDS, "architecture", "soak")
        for path in (checkout / "tests" / kind).glob("**")
        if path.is_dir() and path.name != "__pycache__"
    }
    assert [str(path.relative_to(checkout)) for path in sorted(folders) if not list(path.rglob("test_*.py"))] == []


def test_every_part_of_the_product_has_a_folder_of_tests(checkout: Path) -> None:
    product = checkout / "src" / "goodpart"
    parts = {path.name for path in product.iterdir() if path.is_dir() and list(path.glob("*.py"))}
    tested = {path.name for kind in KINDS for path in (checkout / "tests" / kind).glob("*") if path.is_dir()}
    assert parts - tested == set()


def test_test_modules_are_where_pytest_finds_them(repository_files: list[Path], checkout: Path) -> None:
    inside = [path.relative_to(checkout / "tests") for path in repository_files if checkout / "tests" in path.parents]
    stray = [path for path in inside if path.name.startswith("test_") and path.suffix == ".py" and len(path.parts) < 2]
    assert stray == []
    assert [path for path in inside if path.name == "__init__.py"] == []
