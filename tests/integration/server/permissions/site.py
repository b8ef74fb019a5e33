"""A site with one thing of every kind, and how every endpoint is called for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from goodpart.server.alarms import service as alarms
from goodpart.server.compose import Server
from goodpart.server.datasets import service as datasets
from goodpart.server.datasets.model import Label
from goodpart.server.datasets.service import CheckedImage
from goodpart.server.inspections import service as inspections
from goodpart.server.kit.roles import Grant, Permission
from goodpart.server.kit.work import Work
from goodpart.server.models import service as models
from goodpart.server.places import cycles
from goodpart.server.places import service as places
from goodpart.server.recipes import service as recipes
from goodpart.server.rollouts import service as rollouts
from goodpart.server.training import service as training
from goodpart.server.users import repository as user_rows
from goodpart.server.users.model import ApiToken, User, hash_token
from goodpart.trust.signatures import Signer
from goodpart.wire.events import Action, ImageRef, ImageRole, ImagesKept
from tests.fakes.inspected_plant import PART_NUMBER, InspectedPlant, part
from tests.fakes.pictures import good_part

A_DAY = timedelta(days=1)
DRIVER = {"driver": "none"}
WIRING = {"camera": DRIVER, "trigger": DRIVER, "signals": DRIVER, "output": DRIVER}


@dataclass(frozen=True)
class Site:
    """Ids by the names that paths use for them."""

    ids: dict[str, str]

    @property
    def traces(self) -> set[str]:
        """What a person of another site must never read. Part numbers are the enterprise's."""
        return {key for name, key in self.ids.items() if name != "part"}


async def build_site(server: Server, name: str, number: int) -> Site:
    """``number`` makes images differ from those of other sites."""
    resources = server.resources
    plant = await InspectedPlant.built_in(resources.database, name=name)
    model = await plant.learns(resources.objects, name=f"model of {name}", place=plant.site)
    candidate = await plant.learns(resources.objects, name=f"candidate of {name}", approve=False, place=plant.site)
    seen = part(1, resources.database.clock.now() - timedelta(minutes=1), inspection=f"part-{name}")
    await plant.passes(seen)
    frame = await resources.objects.put("images", good_part(number))
    checked = [
        await datasets.take_in(resources.objects, good_part(number + 1 + each), f"{each}.png") for each in range(2)
    ]
    async with resources.database.work() as work:
        kept = ImageRef(role=ImageRole.FRAME, sha256=frame, media_type="image/png", size_bytes=1)
        event = ImagesKept(inspection=seen.inspection, images=(kept,))
        await inspections.keep_images(work, station=plant.station, event=event)
        ids = {
            "place": plant.site,
            "line": plant.line,
            "station": plant.station,
            "gateway": plant.gateway,
            "inspection": seen.inspection,
            "sha256": frame,
            "model": candidate,
            **await _teach(work, plant, checked, name),
            **await _roll_out(work, plant, model, resources.signer, name),
            **await _open_account(work, name),
        }
    return Site(ids)


async def _teach(work: Work, plant: InspectedPlant, images: Sequence[CheckedImage], name: str) -> dict[str, str]:
    dataset = await datasets.create(work, name=f"dataset of {name}", part_number=PART_NUMBER, place=plant.site)
    added = [(await datasets.add_image(work, dataset.id, image, label=Label.GOOD, defect=""))[0] for image in images]
    run = await training.start(work, dataset.id)
    return {"dataset": dataset.id, "image": added[0].id, "run": run.id}


async def _roll_out(work: Work, plant: InspectedPlant, model: str, signer: Signer, name: str) -> dict[str, str]:
    """What runs at the station, how fast it should be, and what is wrong with it."""
    recipe = await recipes.put(
        work,
        station=plant.station,
        part_number=PART_NUMBER,
        model=model,
        fail_safe=Action.REJECT,
        deadline_ms=400,
        good_below=None,
        bad_above=None,
    )
    rollout = await rollouts.create(work, [plant.gateway], note=name, signer=signer)
    alarm = await alarms.raise_alarm(work, "camera_lost", f"{plant.station}/camera", f"alarm of {name}")
    part_number = await places.get_part_number(work, PART_NUMBER)
    await cycles.set_ideal_cycle(work, part_number.id, plant.site, 1900)
    approved, _ = await models.get_approved(work, model)
    return {
        "recipe": recipe.id,
        "rollout": rollout.id,
        "alarm": alarm.id,
        "part": part_number.id,
        "approved": approved.id,
    }


async def _open_account(work: Work, name: str) -> dict[str, str]:
    """With a session and a token."""
    user = User(work.new_id(), f"somebody of {name}", ())
    await user_rows.add(work.session, user, "", work.now)
    session = await _open_session(work, user, f"session of {name}")
    scopes = frozenset({Permission.VIEW})
    token = ApiToken(work.new_id(), user.id, "t", scopes, work.now, work.now + A_DAY, None, None)
    await user_rows.add_token(work.session, token, hash_token(f"token of {name}"))
    return {"user": user.id, "session": session, "token": token.id}


async def add_person(server: Server, name: str, *grants: Grant) -> str:
    """The token of a session of somebody with these grants."""
    token = f"token of {name}".replace(" ", "-")
    async with server.resources.database.work() as work:
        user = User(work.new_id(), name, grants)
        await user_rows.add(work.session, user, "", work.now)
        for grant in grants:
            await user_rows.add_grant(work.session, work.new_id(), user.id, grant)
        await _open_session(work, user, token)
    return token


async def _open_session(work: Work, user: User, token: str) -> str:
    key = work.new_id()
    await user_rows.add_session(
        work.session,
        key,
        user=user.id,
        token_hash=hash_token(token),
        created_at=work.now,
        expires_at=work.now + A_DAY,
    )
    return key


_SHIFT = {"name": "Early", "start": "06:00", "end": "14:00", "breaks": [{"start": "10:00", "end": "10:30"}]}
_EXTRA = {"first": "2026-12-19", "last": "2026-12-19", "name": "Extra Saturday", "shifts": [_SHIFT]}
_CALENDAR = {"weeks": [{"first": None, "shifts": [{**_SHIFT, "weekdays": [1, 2, 3]}]}], "days": [_EXTRA]}
_ARGUMENTS: dict[tuple[str, str], Callable[[dict[str, str]], dict[str, Any]]] = {
    ("GET", "/api/kpis"): lambda ids: {"params": {"place": ids["place"]}},
    ("GET", "/api/kpis/series"): lambda ids: {"params": {"place": ids["place"]}},
    **{
        ("GET", f"/api/kpis/{figure}"): lambda ids: {"params": {"place": ids["place"]}}
        for figure in ("losses", "states", "control-chart", "pareto", "shifts")
    },
    ("POST", "/api/places"): lambda ids: {"json": {"kind": "area", "name": "New area", "parent": ids["place"]}},
    ("PUT", "/api/places/{place}/calendar"): lambda _: {"json": _CALENDAR},
    ("GET", "/api/places/{place}/calendar/preview"): lambda _: {"params": {"from": "2026-03-01", "to": "2026-03-02"}},
    ("POST", "/api/places/{place}/calendar/consequence"): lambda _: {"json": _CALENDAR},
    ("PATCH", "/api/places/{place}"): lambda ids: {"json": {"name": f"Renamed {ids['place']}"}},
    ("POST", "/api/part-numbers"): lambda _: {"json": {"number": "B-200"}},
    ("POST", "/api/part-numbers/import"): lambda _: {"content": b"number,name\nC-300,Shim\n"},
    ("POST", "/api/users/import"): lambda _: {"content": b"name,role,place\nImported,,\n"},
    ("PATCH", "/api/part-numbers/{part}"): lambda _: {"json": {"name": "Renamed"}},
    ("PUT", "/api/part-numbers/{part}/cycles/{place}"): lambda _: {"json": {"ideal_cycle_ms": 900}},
    ("POST", "/api/gateways"): lambda ids: {"json": {"name": "New box", "site": ids["place"]}},
    ("PUT", "/api/gateways/{gateway}/stations/{station}"): lambda _: {"json": WIRING},
    ("POST", "/api/gateways/{gateway}/revoke"): lambda _: {"json": {"reason": "Stolen."}},
    ("PATCH", "/api/gateways/{gateway}"): lambda _: {"json": {"name": "Renamed box"}},
    ("POST", "/api/datasets"): lambda ids: {"json": {"name": "New", "part_number": PART_NUMBER, "place": ids["place"]}},
    ("POST", "/api/datasets/{dataset}/images"): lambda _: {"content": good_part(99)},
    ("PATCH", "/api/dataset-images/{image}"): lambda _: {"json": {"label": "bad"}},
    ("POST", "/api/training-runs"): lambda ids: {"json": {"dataset": ids["dataset"]}},
    ("POST", "/api/recipes"): lambda ids: {
        "json": {"station": ids["station"], "part_number": PART_NUMBER, "model": ids["approved"]}
    },
    ("POST", "/api/recipes/{recipe}/suggest-thresholds"): lambda _: {
        "json": {"escape": 200, "overkill": 1.5, "unsure": 0.5}
    },
    ("POST", "/api/recipes/{recipe}/promote"): lambda _: {"json": {"note": "x"}},
    ("POST", "/api/rollouts"): lambda ids: {"json": {"gateways": [ids["gateway"]]}},
    ("POST", "/api/users"): lambda _: {"json": {"name": "New"}},
    ("PATCH", "/api/users/{user}"): lambda _: {"json": {"name": "Renamed"}},
    ("POST", "/api/inspections/{inspection}/reviews"): lambda _: {"json": {"verdict": "bad", "note": ""}},
}
"""What a request needs besides its path."""


def call(method: str, path: str, site: Site) -> tuple[str, dict[str, Any]]:
    """The address and the arguments of a request for things of ``site``; `KeyError` for a path with unknown names."""
    make = _ARGUMENTS.get((method, path))
    if make is not None:
        return path.format(**site.ids), make(site.ids)
    return path.format(**site.ids), {} if method in {"GET", "DELETE"} else {"json": {}}
