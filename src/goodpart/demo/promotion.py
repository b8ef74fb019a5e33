"""Moves the recipes from observe to production the way a plant does: people review, evidence grows, one promotes.

The people are the simulator's truth; everything else is the normal, audited API.
"""

import time
from collections.abc import Callable

from goodpart.demo.client import ApiClient, Json
from goodpart.demo.plant import Plant


def review_observed(api: ApiClient, line: ApiClient, plant: Plant, reviewed: set[str]) -> None:
    """Review every observed part that was looked at and is not reviewed yet, with the truth about it."""
    fresh = [
        each
        for each in api.get("/api/inspections", station=plant.station, mode="observe", limit=200)["items"]
        if not each["reviewed"] and each["id"] not in reviewed and each["verdict"] != "no_read"
    ]
    if not fresh:
        return
    sequences = [each["sequence"] for each in fresh]
    truth = truth_between(line, min(sequences), max(sequences))
    for each in fresh:
        part = truth.get(each["sequence"])
        if part is not None:
            api.post(f"/api/inspections/{each['id']}/reviews", {"verdict": part["truth"], "note": "simulator's truth"})
            reviewed.add(each["id"])


def truth_between(line: ApiClient, first: int, last: int) -> dict[int, Json]:
    """What the line knows about its parts, by sequence."""
    parts = line.get("/control/truth", **{"from": first, "to": last})["parts"]
    return {part["sequence"]: part for part in parts}


def observe_until_evidence(
    api: ApiClient,
    line: ApiClient,
    plant: Plant,
    *,
    say: Callable[[str], None],
    check: Callable[[], None],
) -> None:
    """Let parts pass and review them, one part number after the other, until each recipe may be promoted."""
    reviewed: set[str] = set()
    for recipe in observing(api, plant):
        line.post("/control/part_number", {"part_number": recipe["part_number"]})
        line.post("/control/feed", {"parts": None, "running": True})
        while not api.get(f"/api/recipes/{recipe['id']}/evidence")["may_promote"]:
            check()
            review_observed(api, line, plant, reviewed)
            time.sleep(0.2)
        say(f"{recipe['part_number']}: the evidence from observed parts is enough to promote it.")


def promote_all(api: ApiClient, plant: Plant) -> None:
    for recipe in observing(api, plant):
        api.post(f"/api/recipes/{recipe['id']}/promote", {"note": "Observed parts agree with the truth"})


def observing(api: ApiClient, plant: Plant) -> list[Json]:
    return [each for each in api.items("/api/recipes", station=plant.station) if each["mode"] == "observe"]
