"""Datasets over the API: images are checked on arrival, kept once, and labelled."""

import hashlib

import httpx
import pytest

from goodpart.server.compose import Server
from tests.fakes.pictures import bad_part, good_part
from tests.integration.server.conftest import UNSEEN

PNG = {"Content-Type": "image/png"}


async def make_dataset(browser: httpx.AsyncClient) -> str:
    await browser.post("/api/part-numbers", json={"number": "A-100", "name": "Washer", "ideal_cycle_ms": 2000})
    answer = await browser.post("/api/datasets", json={"name": "First parts", "part_number": "A-100"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def add(browser: httpx.AsyncClient, dataset: str, content: bytes, **query: str) -> httpx.Response:
    return await browser.post(f"/api/datasets/{dataset}/images", params=query, content=content, headers=PNG)


async def test_images_are_counted_by_label_and_can_be_seen(browser: httpx.AsyncClient) -> None:
    dataset = await make_dataset(browser)
    good = await add(browser, dataset, good_part(1), name="one.png", label="good", serial="SN1")
    await add(browser, dataset, bad_part(2), name="two.png", label="bad", defect="scratch")
    await add(browser, dataset, good_part(3))

    assert good.status_code == 201
    assert good.json() | {"id": ""} == {
        "id": "",
        "name": "one.png",
        "sha256": hashlib.sha256(good_part(1)).hexdigest(),
        "url": f"/api/images/{good.json()['sha256']}",
        "label": "good",
        "defect": "",
        "width": 96,
        "height": 96,
        "serial": "SN1",
    }
    found = (await browser.get(f"/api/datasets/{dataset}")).json()
    assert found["counts"] == {"good": 1, "bad": 1, "unlabelled": 1}
    assert (await browser.get("/api/datasets")).json()["items"] == [found]
    images = (await browser.get(f"/api/datasets/{dataset}/images")).json()["items"]
    assert sorted((image["label"] or "", image["defect"]) for image in images) == [
        ("", ""),
        ("bad", "scratch"),
        ("good", ""),
    ]
    seen = await browser.get(good.json()["url"])
    assert (seen.content, seen.headers["content-type"]) == (good_part(1), "image/png")
    assert "immutable" in seen.headers["cache-control"]


async def test_the_same_image_twice_is_one_image(browser: httpx.AsyncClient) -> None:
    dataset = await make_dataset(browser)
    first = await add(browser, dataset, good_part(1), name="one.png", label="good")

    again = await add(browser, dataset, good_part(1), name="copy of one.png", label="bad")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


async def test_a_label_can_be_corrected_and_taken_away(browser: httpx.AsyncClient) -> None:
    dataset = await make_dataset(browser)
    image = (await add(browser, dataset, bad_part(1), label="good")).json()

    path = f"/api/dataset-images/{image['id']}"

    changed = await browser.patch(path, json={"label": "bad", "defect": "scratch"}, headers=UNSEEN)
    assert (changed.json()["label"], changed.json()["defect"]) == ("bad", "scratch")
    assert (await browser.get(path)).json() == changed.json()
    taken = await browser.patch(path, json={"label": None}, headers=UNSEEN)
    assert taken.json()["label"] is None

    trail = (await browser.get("/api/audit")).json()["items"]
    assert [entry["subject"] for entry in trail if entry["action"] == "dataset_image.labelled"] == [image["id"]] * 2


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty"),
        (b"<html>not an image</html>", "not a JPEG"),
        (good_part(1)[:-40], "truncated"),
        (good_part(1, suffix=".jpg")[:-200], "truncated"),
    ],
)
async def test_what_is_no_image_is_refused_by_name(browser: httpx.AsyncClient, content: bytes, cause: str) -> None:
    dataset = await make_dataset(browser)

    answer = await add(browser, dataset, content, name="odd.png", label="good")

    assert answer.status_code == 422
    assert answer.json()["code"] == "image_unusable"
    assert "odd.png" in answer.json()["detail"]
    assert cause in answer.json()["detail"]
    assert answer.json()["remedy"]
    assert (await browser.get(f"/api/datasets/{dataset}")).json()["counts"]["good"] == 0


async def test_an_image_above_the_limit_is_refused(browser: httpx.AsyncClient, server: Server) -> None:
    dataset = await make_dataset(browser)

    answer = await add(browser, dataset, bytes(server.settings.image_limit_mb * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/datasets/none", 404, "dataset_not_found"),
        ("POST", "/api/datasets/none/images", 404, "dataset_not_found"),
        ("GET", "/api/datasets/none/images", 404, "dataset_not_found"),
        ("PATCH", "/api/dataset-images/none", 404, "dataset_image_not_found"),
        ("GET", "/api/images/none", 404, "image_not_found"),
        ("GET", f"/api/images/{'0' * 64}", 404, "image_not_found"),
    ],
)
async def test_what_is_not_there_is_told(
    browser: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    body = {"label": "good"} if method == "PATCH" else None
    answer = await browser.request(method, path, json=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_dataset_is_of_a_known_part_number_and_has_a_name(browser: httpx.AsyncClient) -> None:
    unknown = await browser.post("/api/datasets", json={"name": "x", "part_number": "B-9"})
    nameless = await browser.post("/api/datasets", json={"name": "  ", "part_number": "B-9"})
    odd = await browser.post("/api/datasets", json={"name": "a\0b", "part_number": "B-9"})

    assert (unknown.status_code, unknown.json()["code"]) == (404, "part_number_not_found")
    assert (nameless.status_code, odd.status_code) == (422, 422)


async def test_a_stranger_adds_nothing(stranger: httpx.AsyncClient) -> None:
    assert (await add(stranger, "any", good_part(1))).status_code == 401
