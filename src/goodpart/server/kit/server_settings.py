"""The settings that this server runs with, for whoever administers it. They are changed where they are set."""

from fastapi import APIRouter
from pydantic import BaseModel

from goodpart.server.kit.pages import Listing
from goodpart.server.kit.permissions import Permission, permit_everywhere
from goodpart.server.kit.requests import ResourcesDep
from goodpart.server.settings import Origin, Settings, variable, without_secrets

router = APIRouter(prefix="/server", tags=["server"], dependencies=[permit_everywhere(Permission.ADMINISTER)])


class SettingOut(BaseModel):
    name: str
    """The variable of the environment that sets it."""
    value: str
    """In effect now; empty where nothing is set. Passwords in addresses are left out."""
    default: str
    origin: Origin
    description: str


@router.get("/settings")
async def list_server_settings(resources: ResourcesDep) -> Listing[SettingOut]:
    """In the order of the reference. A change takes a restart."""
    return Listing(items=effective(resources.settings))


def effective(settings: Settings) -> list[SettingOut]:
    return [
        SettingOut(
            name=variable(name),
            value=_text(getattr(settings, name)),
            default=_text(field.default),
            origin=settings.origin(name),
            description=field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(value)
        case _:
            return without_secrets(str(value))
