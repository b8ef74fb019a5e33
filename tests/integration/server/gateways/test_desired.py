"""What a gateway is to run reaches it at once, signed, with the packages that it names and no others."""

import asyncio
import hashlib

import msgspec
import pytest

from goodpart.server.gateways import service as gateways
from goodpart.trust.documents import open_sealed
from goodpart.trust.signatures import DESIRED_STATE, KeySet, SignatureError
from goodpart.wire.desired import DesiredAnswer, DesiredState, DriverSpec, RecipeSpec, StationSpec
from goodpart.wire.reported import DeploymentStage, ReportedState
from goodpart.wire.signed import SignedDocument
from tests.integration.server.conftest import Line

NONE = DriverSpec(driver="none")


def station_of(line: Line, *packages: str) -> StationSpec:
    recipes = tuple(
        RecipeSpec(
            recipe="r",
            revision=1,
            part_number="*",
            package=package,
            package_size_bytes=1,
            good_below=1.0,
            bad_above=2.0,
        )
        for package in packages
    )
    return StationSpec(
        station=line.station, name="S", camera=NONE, trigger=NONE, signals=NONE, output=NONE, recipes=recipes
    )


async def issue(line: Line, *packages: str) -> DesiredState:
    async with line.database.work() as work:
        return await gateways.issue_desired(
            work, line.gateway.id, (station_of(line, *packages),), signer=line.served.server.resources.signer
        )


async def poll(line: Line, revision: int, wait_s: float = 0) -> SignedDocument | None:
    answer = await line.gateway.http.get("/gateway/v1/desired", params={"revision": revision, "wait": wait_s})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=DesiredAnswer).document


async def test_nothing_is_desired_of_a_new_gateway(line: Line) -> None:
    assert await poll(line, 0) is None


async def test_a_desired_state_is_signed_for_this_purpose_alone(line: Line) -> None:
    issued = await issue(line)

    document = await poll(line, 0)

    assert document is not None
    keys = KeySet(line.gateway.identity.signing_keys)
    desired = msgspec.json.decode(open_sealed(keys, DESIRED_STATE, document), type=DesiredState)
    assert desired == issued
    assert (desired.gateway, desired.revision) == (line.gateway.id, 1)
    with pytest.raises(SignatureError):
        open_sealed(keys, "package", document)


async def test_a_waiting_poll_is_answered_as_soon_as_a_revision_is_committed(line: Line) -> None:
    await issue(line)
    waiting = asyncio.create_task(poll(line, 1, wait_s=30))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done
    started = asyncio.get_running_loop().time()

    await issue(line)

    document = await waiting
    assert document is not None
    assert msgspec.json.decode(document.payload, type=DesiredState).revision == 2
    assert asyncio.get_running_loop().time() - started < 15


async def test_a_poll_ends_empty_where_nothing_came(line: Line) -> None:
    await issue(line)

    assert await poll(line, 1, wait_s=0.2) is None


async def test_a_revision_that_was_rolled_back_is_never_issued(line: Line) -> None:
    signer = line.served.server.resources.signer

    async def fail_in_the_end() -> None:
        async with line.database.work() as work:
            await gateways.issue_desired(work, line.gateway.id, (station_of(line),), signer=signer)
            raise RuntimeError("the transaction fails in the end")

    with pytest.raises(RuntimeError):
        await fail_in_the_end()

    assert await poll(line, 0) is None


async def test_a_stopping_server_lets_no_poll_wait(line: Line) -> None:
    await issue(line)
    waiting = asyncio.create_task(poll(line, 1, wait_s=50))
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done

    line.served.server.begin_to_stop()

    async with asyncio.timeout(15):
        assert await waiting is None


@pytest.mark.parametrize("query", ["revision=x", "revision=1&wait=soon", "revision=1&wait=nan"])
async def test_a_poll_that_makes_no_sense_is_refused(line: Line, query: str) -> None:
    answer = await line.gateway.http.get(f"/gateway/v1/desired?{query}")

    assert answer.status_code == 422


async def test_a_package_is_given_to_gateways_whose_desired_state_names_it(line: Line) -> None:
    content = b"a package" * 100_000
    sha256 = await line.served.server.resources.objects.put("packages", content)
    refused = await line.gateway.http.get(f"/gateway/v1/packages/{sha256}")
    assert (refused.status_code, refused.json()["code"]) == (403, "package_not_desired")
    await issue(line, sha256)

    whole = await line.gateway.http.get(f"/gateway/v1/packages/{sha256}")
    rest = await line.gateway.http.get(f"/gateway/v1/packages/{sha256}", headers={"Range": "bytes=500000-"})
    middle = await line.gateway.http.get(f"/gateway/v1/packages/{sha256}", headers={"Range": "bytes=10-19"})
    behind = await line.gateway.http.get(f"/gateway/v1/packages/{sha256}", headers={"Range": "bytes=900000-"})

    assert (whole.status_code, hashlib.sha256(whole.content).hexdigest()) == (200, sha256)
    assert (rest.status_code, rest.content) == (206, content[500_000:])
    assert rest.headers["content-range"] == f"bytes 500000-899999/{len(content)}"
    assert middle.content == content[10:20]
    assert behind.status_code == 416


async def test_a_package_that_is_not_stored_is_told(line: Line) -> None:
    await issue(line, "b" * 64)

    answer = await line.gateway.http.get("/gateway/v1/packages/" + "b" * 64)

    assert (answer.status_code, answer.json()["code"]) == (404, "object_missing")


async def test_an_image_is_stored_once_its_hash_is_right(line: Line) -> None:
    content = b"\xff\xd8 an image"
    sha256 = hashlib.sha256(content).hexdigest()
    path = f"/gateway/v1/images/{sha256}"
    assert (await line.gateway.http.head(path)).status_code == 404

    altered = await line.gateway.http.put(path, content=content + b"!")
    assert (altered.status_code, altered.json()["code"]) == (422, "image_hash_wrong")
    assert (await line.gateway.http.head(path)).status_code == 404

    assert (await line.gateway.http.put(path, content=content)).status_code == 204
    assert (await line.gateway.http.put(path, content=content)).status_code == 204
    assert (await line.gateway.http.head(path)).status_code == 200
    assert (await line.served.browser.get(f"/api/images/{sha256}")).content == content


async def test_an_image_over_the_limit_is_refused_before_it_is_read(line: Line) -> None:
    answer = await line.gateway.http.put("/gateway/v1/images/" + "a" * 64, content=bytes(65_000_000))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("name", ["..%2f..%2fpki%2fsigning.key", "A" * 64, "a" * 63])
async def test_an_image_has_a_hash_for_a_name(line: Line, name: str) -> None:
    answer = await line.gateway.http.put(f"/gateway/v1/images/{name}", content=b"x")

    assert answer.status_code in {404, 422}


async def test_what_a_gateway_reports_is_shown(line: Line) -> None:
    reported = ReportedState(
        reported_at=line.database.clock.now(),
        software="0.1.0",
        boot="b",
        active_revision=1,
        stage=DeploymentStage.ACTIVE,
    )

    assert (
        await line.gateway.http.put("/gateway/v1/reported", content=msgspec.json.encode(reported))
    ).status_code == 204

    shown = (await line.served.browser.get(f"/api/gateways/{line.gateway.id}")).json()
    assert shown["reported"]["stage"] == "active"
    assert shown["online"] is True


async def test_time_is_signed_together_with_the_nonce(line: Line) -> None:
    answer = await line.gateway.http.get("/gateway/v1/time?nonce=a-random-nonce")

    document = msgspec.json.decode(answer.content, type=SignedDocument)
    said = msgspec.json.decode(open_sealed(KeySet(line.gateway.identity.signing_keys), "time", document))
    assert said == {"nonce": "a-random-nonce", "now": line.database.clock.now().isoformat()}
    assert (await line.gateway.http.get("/gateway/v1/time?nonce=x")).status_code == 422


async def test_a_station_has_one_gateway_and_its_former_one_may_still_send(line: Line, site: str) -> None:
    browser = line.served.browser
    other = (await browser.post("/api/gateways", json={"name": "Box 8", "site": site})).json()["id"]
    driver = {"driver": "opcua", "settings": {"url": "opc.tcp://10.0.0.1:4840", "retries": 3, "secure": True}}
    wiring = {"camera": driver, "trigger": driver, "signals": driver, "output": driver}

    answer = await browser.put(f"/api/gateways/{other}/stations/{line.station}", json=wiring)

    assert answer.status_code == 200
    assert answer.json()["camera"] == driver
    assert (await browser.get(f"/api/gateways/{line.gateway.id}/stations")).json()["items"] == []
    assert [item["station"] for item in (await browser.get(f"/api/gateways/{other}/stations")).json()["items"]] == [
        line.station
    ]
    async with line.database.work(read_only=True) as work:
        await gateways.check_serves(work, line.gateway.id, line.station)
