"""What a clone contains: nothing of the machine it was written on, and locks that any mirror can serve."""

import re
from pathlib import Path

import pytest

# Put together here, because this file is looked at as well.
INDEX_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(name))
        for name in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("deb", "debian", "org"),
            ("archive", "ubuntu", "com"),
        )
    )
)
MACHINE_PATHS = re.compile(
    "(?<![\\w.$}/-])/(" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers")) + r")/\w"
)
HASHED = re.compile(
    r"^[A-Za-z0-9._-]+(\[[\w,-]+\])?==[^\s;]+( ; [^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", re.MULTILINE
)


def found(pattern: re.Pattern[str], texts: dict[Path, str], checkout: Path) -> list[str]:
    return [
        f"{path.relative_to(checkout)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path, text in texts.items()
        for match in pattern.finditer(text)
    ]


def test_no_file_names_the_host_of_a_package_index(texts: dict[Path, str], checkout: Path) -> None:
    assert found(INDEX_HOSTS, texts, checkout) == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on(texts: dict[Path, str], checkout: Path) -> None:
    assert found(MACHINE_PATHS, texts, checkout) == []


def test_nothing_built_and_no_file_above_a_megabyte_is_in_the_repository(
    repository_files: list[Path], checkout: Path
) -> None:
    built = {"node_modules", "__pycache__", "static", "dist", "site", ".venv"}
    names = [path.relative_to(checkout) for path in repository_files]
    assert [name for name in names if built & set(name.parts)] == []
    assert [name for name in names if (checkout / name).stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("role", ["build", "server", "gateway", "dev", "node"])
def test_every_requirement_is_pinned_and_hashed(role: str, checkout: Path) -> None:
    lock = (checkout / "requirements" / f"{role}.txt").read_text()
    rest = re.sub(r"^ *#.*\n", "", HASHED.sub("", lock), flags=re.MULTILINE)
    assert HASHED.search(lock)
    assert rest.strip() == "", f"requirements/{role}.txt has lines without a pin and hashes"


@pytest.mark.parametrize("role", ["server", "gateway", "build"])
def test_what_is_installed_together_agrees_on_versions(role: str, checkout: Path) -> None:
    def pins(name: str) -> dict[str, str]:
        lock = (checkout / "requirements" / f"{name}.txt").read_text()
        return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock, re.MULTILINE))

    everything = pins("dev")
    assert {n: (v, everything[n]) for n, v in pins(role).items() if n in everything and everything[n] != v} == {}
