"""Teaches the line's part numbers as a quality engineer does: pictures, one button, approval, recipe."""

import time
from collections.abc import Callable

from goodpart.demo.client import ApiClient, DemoError, Json, wait_for
from goodpart.demo.plant import Plant

DRAWN_GOOD_PARTS = 40
PICTURED_GOOD_PARTS = 200
"""At most: a user's own folder may hold thousands."""
_TRAINING_WITHIN_S = 600


def teach(
    api: ApiClient,
    line: ApiClient,
    plant: Plant,
    part_number: str,
    *,
    good_parts: int,
    say: Callable[[str], None],
    check: Callable[[], None],
) -> Json:
    """Dataset of good parts → training → approved model → recipe, which starts in observe. Returns the recipe."""
    started = time.monotonic()
    dataset = api.post("/api/datasets", {"name": f"Good parts {part_number}", "part_number": part_number})
    pictures = line.get("/control/teaching", part_number=part_number, count=good_parts)["urls"]
    for number, url in enumerate(pictures):
        picture = line.download(url)
        api.upload(
            f"/api/datasets/{dataset['id']}/images",
            picture.content,
            picture.headers["Content-Type"],
            name=f"{part_number}-{number:04}",
            label="good",
        )
    run = api.post("/api/training-runs", {"dataset": dataset["id"]})

    def finished() -> Json | None:
        state: Json = api.get(f"/api/training-runs/{run['id']}")
        return state if state["state"] in {"finished", "failed", "cancelled"} else None

    run = wait_for("the training to finish", finished, within_s=_TRAINING_WITHIN_S, meanwhile=check)
    if run["state"] != "finished":
        raise DemoError(f"The training for {part_number} ended as {run['state']}: {run['detail']}")
    api.post(f"/api/models/{run['model']}/approve", {"note": "Demo: taught from good parts"})
    recipe: Json = api.post(
        "/api/recipes", {"station": plant.station, "part_number": part_number, "model": run["model"]}
    )
    say(f"Taught {part_number} from {len(pictures)} good parts in {time.monotonic() - started:.1f} s.")
    return recipe
