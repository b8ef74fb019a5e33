"""A plain HTTP camera: whoever asks gets the picture of what is in front of it now. It knows no part numbers."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


class Camera:
    """``frame`` is the JPEG in front of the lens."""

    def __init__(self, station: str, frame: bytes) -> None:
        self.frame = frame
        self.path = f"/cameras/{station}/frame"
        self.app = Starlette(routes=[Route(self.path, self._send)], exception_handlers={404: self._unknown})

    async def _send(self, _: Request) -> Response:
        return Response(self.frame, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    async def _unknown(self, _: Request, __: Exception) -> Response:
        return PlainTextResponse(f"This camera answers at {self.path}.\n", status_code=404)
