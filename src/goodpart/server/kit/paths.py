"""Places as files name them: by the way to them, ``Ulm › Hall 1 › Line 2``. Pure."""

from collections.abc import Mapping, Sequence

from goodpart.server.kit.imports import RowProblem

ARROW = " › "


class PathIndex:
    """Finds places by their paths, with ``›`` or ``/`` between names, in capitals or not."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self.paths = paths
        self._ids: dict[str, list[str]] = {}
        for key, path in paths.items():
            self._ids.setdefault(folded(path), []).append(key)

    def find(self, text: str) -> list[str]:
        """The ids of the places that ``text`` names: one, none, or several where it is ambiguous."""
        return self._ids.get(folded(text), [])


def folded(path: str) -> str:
    """What is the same for two paths, or two names, that a file cannot tell apart.

    Names may hold a slash themselves, so both signs fold to one and all parts stay in.
    """
    return "/".join(" ".join(part.split()) for part in path.replace("›", "/").split("/")).casefold()


def place_problem(text: str, found: Sequence[str]) -> RowProblem:
    """For a path that does not name one place."""
    if found:
        return RowProblem(
            "place",
            "place_ambiguous",
            f"Several places are called {text!r}.",
            "Rename one of them under Settings, Places.",
            text,
        )
    return RowProblem(
        "place",
        "place_unknown",
        f"There is no place {text!r}.",
        "Write the whole path, such as Ulm › Hall 1 › Line 2.",
        text,
    )
