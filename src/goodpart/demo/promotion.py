"""Moves the recipes from observe to production the way a plant does: people review, evidence grows, one promotes.

The people are the simulator's truth; everything else is the normal, audited API.
"""

import time
from collections.abc import Callable

from goodpart.demo.client import ApiClient, Json
from goodpart.demo.plant import Plant

_SHOWN = {"reviewed": "reviewed", "reviewed_good": "good", "reviewed_bad": "bad"}
"""Figures of the evidence, by what the promotion needs of them."""


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
        while not _is_enough(evidence := api.get(f"/api/recipes/{recipe['id']}/evidence")):
            check()
            review_observed(api, line, plant, reviewed)
            time.sleep(0.2)
        if not evidence["may_promote"] and evidence["suggested"]:
            say(f"{recipe['part_number']}: {_in_words(evidence)} Moving the thresholds to what these parts suggest.")
            evidence = _adjust_thresholds(api, recipe, evidence["suggested"])
        say(f"{recipe['part_number']}: {_in_words(evidence)}")


def _adjust_thresholds(api: ApiClient, recipe: Json, thresholds: Json) -> Json:
    """Set the recipe again with other thresholds, and return what the same reviewed parts make of them."""
    kept = {key: recipe[key] for key in ("station", "part_number", "model")}
    path = f"/api/recipes/{recipe['id']}"
    api.get(path)
    changed: Json = api.post("/api/recipes", {**kept, **thresholds}, editing=path)
    evidence: Json = changed["evidence"]
    return evidence


def promote_all(api: ApiClient, plant: Plant) -> None:
    """Promote what still observes. The demo's visitor answers for the escapes that the model was seen to make."""
    for recipe in observing(api, plant):
        path = f"/api/recipes/{recipe['id']}"
        evidence = api.get(path)["evidence"]
        seen = evidence["escapes"] / evidence["reviewed_bad"] if evidence["reviewed_bad"] else 0
        note = "Observed parts were reviewed with the truth about them"
        api.post(f"{path}/promote", {"note": note, "accept_escape_rate": seen}, editing=path)


def _is_enough(evidence: Json) -> bool:
    """Whether enough parts were reviewed, whatever they showed."""
    needed: dict[str, int] = evidence["needed"]
    return all(evidence[shown] >= needed[what] for shown, what in _SHOWN.items())


def _in_words(evidence: Json) -> str:
    return (
        f"{evidence['reviewed']} observed parts reviewed; {evidence['escapes']} of {evidence['reviewed_bad']} bad ones"
        f" would have passed, {evidence['overkills']} of {evidence['reviewed_good']} good ones been rejected."
    )


def observing(api: ApiClient, plant: Plant) -> list[Json]:
    return [each for each in api.items("/api/recipes", station=plant.station) if each["mode"] == "observe"]
