"""From an approved model to a gateway, over the API alone."""

from datetime import timedelta

import httpx
import pytest

from goodpart.server.compose import Server
from goodpart.server.models import service as models
from goodpart.vision.threshold import upper_bound
from goodpart.wire.modes import Mode
from tests.fakes.clocks import SteppingClock
from tests.fakes.inspected_plant import PART_NUMBER, InspectedPlant, part
from tests.fakes.pictures import good_part
from tests.integration.server.conftest import UNSEEN


@pytest.fixture
async def plant(server: Server) -> InspectedPlant:
    return await InspectedPlant.built_in(server.resources.database)


async def approved(browser: httpx.AsyncClient, server: Server, plant: InspectedPlant) -> str:
    model = await plant.learns(server.resources.objects, approve=False)
    answer = await browser.post(f"/api/models/{model}/approve", json={"note": "looks right"})
    assert answer.status_code == 200, answer.text
    return model


async def test_a_model_is_approved_once_and_by_whom_is_told(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant
) -> None:
    model = await approved(browser, server, plant)

    found = (await browser.get(f"/api/models/{model}")).json()
    assert (found["state"], found["approved_by"]) == ("approved", "Ada")
    assert await server.resources.objects.exists(models.PACKAGES, found["package_sha256"])
    assert (await browser.get("/api/models")).json()["items"] == [found]
    again = await browser.post(f"/api/models/{model}/approve")
    assert (again.status_code, again.json()["code"]) == (409, "model_not_candidate")
    none = await browser.post("/api/models/none/approve", json={})
    assert (none.status_code, none.json()["code"]) == (404, "model_not_found")


async def test_a_recipe_is_promoted_on_evidence_and_rolled_out(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant, clock: SteppingClock
) -> None:
    model = await approved(browser, server, plant)
    package = (await browser.get(f"/api/models/{model}")).json()["package_sha256"]
    answer = await browser.post(
        "/api/recipes", json={"station": plant.station, "part_number": PART_NUMBER, "model": model}
    )
    assert answer.status_code == 201, answer.text
    recipe = answer.json()
    assert (recipe["mode"], recipe["revision"], recipe["fail_safe"], recipe["deadline_ms"]) == (
        "observe",
        1,
        "reject",
        400,
    )
    costs = {"escape": 200, "overkill": 1.5, "unsure": 0.5}
    unpriced = await browser.post(f"/api/recipes/{recipe['id']}/suggest-thresholds", json=costs)
    assert (unpriced.status_code, unpriced.json()["code"]) == (409, "too_few_reviewed_parts")
    promotion = f"/api/recipes/{recipe['id']}/promote"
    early = await browser.post(promotion, json={"note": "too early"}, headers={"If-Match": answer.headers["ETag"]})
    assert (early.status_code, early.json()["code"]) == (409, "evidence_missing")
    assert "0 of the 20 reviewed parts" in early.json()["detail"]

    seen = [
        part(n, clock.now() - timedelta(seconds=60 - n), mode=Mode.OBSERVE, recipe=recipe["id"], package=package)
        for n in range(60)
    ]
    await plant.passes(*seen)
    unreviewed = (await browser.get(f"/api/recipes/{recipe['id']}/evidence")).json()
    assert (unreviewed["observed"], unreviewed["reviewed"], unreviewed["suggested"]) == (60, 0, None)
    assert unreviewed["false_reject_rate_upper"] == pytest.approx(1 - 0.05 ** (1 / 60))
    assert unreviewed["overkill_rate_upper"] is None
    assert "4.9 % of all parts" in unreviewed["statements"][0]
    for one in seen[:20]:
        await browser.post(f"/api/inspections/{one.inspection}/reviews", json={"verdict": "good"})
    evidence = (await browser.get(f"/api/recipes/{recipe['id']}/evidence")).json()
    assert (evidence["observed"], evidence["reviewed"], evidence["may_promote"]) == (60, 20, True)
    assert evidence["overkill_rate_upper"] == upper_bound(0, evidence["good_at_least"], 0.975) < 0.08
    assert evidence["passed_bad_upper"] == pytest.approx(1 - 0.05 ** (1 / 20))
    assert evidence["suggested"]["good_below"] <= 1.0
    assert evidence["escape_rate_upper"] is None
    promoted = (await browser.post(promotion, json={"note": "fine"}, headers=UNSEEN)).json()
    assert (promoted["mode"], promoted["revision"]) == ("production", 2)
    assert (await browser.get("/api/recipes", params={"station": plant.station})).json()["items"] == [promoted]
    assert (await browser.get("/api/inspections/part-000001")).json()["model"]["id"] == model

    rollout = await browser.post("/api/rollouts", json={"gateways": [plant.gateway], "note": "to production"})
    assert rollout.status_code == 201, rollout.text
    assert rollout.json()["targets"] == [{"gateway": plant.gateway, "revision": 1, "state": "pending", "detail": ""}]
    assert (await browser.get(f"/api/rollouts/{rollout.json()['id']}")).json() == rollout.json()
    assert (await browser.get("/api/rollouts")).json()["items"] == [rollout.json()]

    entries = {entry["action"]: entry for entry in (await browser.get("/api/audit")).json()["items"]}
    assert {"model.approved", "recipe.set", "recipe.promoted", "inspection.reviewed", "rollout.created"} <= set(entries)
    assert entries["rollout.created"]["detail"] == "To 1 gateway. to production"


async def test_a_rollout_to_nobody_or_nowhere_is_refused(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    nobody = await browser.post("/api/rollouts", json={"gateways": []})
    nowhere = await browser.post("/api/rollouts", json={"gateways": ["none"]})
    made = await browser.post("/api/gateways", json={"name": "Box 8", "site": plant.site})
    unenrolled = await browser.post("/api/rollouts", json={"gateways": [made.json()["id"]]})

    assert nobody.status_code == 422
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "gateway_not_found")
    assert (unenrolled.status_code, unenrolled.json()["code"]) == (409, "gateway_not_enrolled")


async def test_a_recipe_needs_an_approved_model(
    browser: httpx.AsyncClient, server: Server, plant: InspectedPlant
) -> None:
    candidate = await plant.learns(server.resources.objects, approve=False)
    body = {"station": plant.station, "part_number": PART_NUMBER, "model": candidate}

    answer = await browser.post("/api/recipes", json=body)
    late = await browser.post("/api/recipes", json={**body, "deadline_ms": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "model_not_approved")
    assert late.status_code == 422
    none = await browser.get("/api/recipes/none")
    assert (none.status_code, none.json()["code"]) == (404, "recipe_not_found")


async def test_a_training_on_an_empty_dataset_is_refused(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    dataset = await browser.post("/api/datasets", json={"name": "Empty", "part_number": PART_NUMBER})

    answer = await browser.post("/api/training-runs", json={"dataset": dataset.json()["id"]})

    assert (answer.status_code, answer.json()["code"]) == (422, "dataset_too_small")
    assert answer.json()["remedy"]
    assert (await browser.get("/api/training-runs")).json()["items"] == []
    none = await browser.post("/api/training-runs/none/cancel")
    assert (none.status_code, none.json()["code"]) == (404, "training_run_not_found")


async def test_a_run_is_queued_at_once_and_can_be_cancelled(browser: httpx.AsyncClient, plant: InspectedPlant) -> None:
    dataset = await browser.post("/api/datasets", json={"name": "Few", "part_number": PART_NUMBER})
    for number in range(2):
        await browser.post(
            f"/api/datasets/{dataset.json()['id']}/images", params={"label": "good"}, content=good_part(number)
        )

    answer = await browser.post("/api/training-runs", json={"dataset": dataset.json()["id"]})

    assert answer.status_code == 202, answer.text
    run = answer.json()
    assert (run["state"], run["model"], run["finished_at"]) == ("queued", None, None)
    assert (await browser.get(f"/api/training-runs/{run['id']}")).json() == run
    cancelled = await browser.post(f"/api/training-runs/{run['id']}/cancel")
    assert (cancelled.json()["state"], cancelled.json()["detail"]) == ("cancelled", "Cancelled by Ada.")
    again = await browser.post(f"/api/training-runs/{run['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "training_run_ended")
