"""What the pages are held to."""

from typing import Any

from benchmarks.pages.changes import LIMIT_MS as PAGE_CHANGE_MS

FIRST_LOAD_KB = 300
"""Compressed, without the charts."""
INTERACTIVE_MS = 1500
BLANK_MS = 200
"""For so long a place in the scrolled list may be without a row."""
BEHIND_PART_MS = 1000
CLIENTS_PERCENT_OF_CORE = 30


def missed(result: dict[str, Any]) -> list[str]:
    """A line for each figure that is over its limit; figures that were not measured are not looked at."""
    held: list[tuple[str, float, float, str]] = []
    for path, load in result.get("first_load", {}).items():
        held += [
            (f"first load of {path}", load["kb"], FIRST_LOAD_KB, "kB"),
            (f"{path} can be used", load["interactive_ms"], INTERACTIVE_MS, "ms"),
        ]
    for name, times in result.get("page_change_ms", {}).items():
        held.append((f"change of page: {name}", times["max"], PAGE_CHANGE_MS, "ms"))
    if "scroll" in result:
        held += [
            (f"blank in a {name}", at["longest_blank_ms"], BLANK_MS, "ms") for name, at in result["scroll"].items()
        ]
    if "stream" in result:
        cost = result["stream"]["clients_cost_percent_of_core"]
        held.append(("stream clients", cost, CLIENTS_PERCENT_OF_CORE, "% of a core"))
    if "tile_behind_part_ms" in result:
        held.append(("tile behind its part", result["tile_behind_part_ms"]["max"], BEHIND_PART_MS, "ms"))
    return [f"{what}: {figure:g} {unit}, over {limit:g}" for what, figure, limit, unit in held if figure > limit]
