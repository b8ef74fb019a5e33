"""The built user interface: hashed files for ever, its one page for every address that is not a file.

The build lays a compressed copy, ``NAME.gz``, beside each hashed file that it makes smaller.
"""

import mimetypes
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from goodpart.web.compression import takes_gzip
from goodpart.web.guard import csp_nonce

BUILT = Path(__file__).parent / "static"
NONCE_MARK = "__CSP_NONCE__"
"""Stands in ``index.html`` where the page needs the nonce of its policy (for style elements made at run time)."""
_HASHED = "assets"
_FOREVER = "public, max-age=31536000, immutable"
_MISSING = (
    "The user interface of this server has not been built.\n"
    "In a checkout of Goodpart, run: make install\n"
    "The API under /api works without it.\n"
)


class Interface:
    """An endpoint for everything that no other route takes."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._folder = folder.resolve()

    async def serve(self, request: Request) -> Response:
        """Raises `HTTPException` 404 for a missing file; 503 with the command where nothing was built."""
        path = request.url.path.lstrip("/")
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404, f"There is no {request.url.path}.")
        index = self._folder / "index.html"
        if not index.is_file():
            return PlainTextResponse(_MISSING, 503, {"Cache-Control": "no-store"})
        file = (self._folder / path).resolve()
        if path and file.is_relative_to(self._folder) and file.is_file() and file != index:
            return _file(file, request, hashed=path.startswith(f"{_HASHED}/"))
        if path.startswith(f"{_HASHED}/"):
            raise HTTPException(404, f"There is no {request.url.path}; reload the page.")
        page = index.read_text(encoding="utf-8").replace(NONCE_MARK, csp_nonce(request.scope))
        return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _file(file: Path, request: Request, *, hashed: bool) -> Response:
    """The file, or its compressed copy for a browser that takes one."""
    headers = {"Cache-Control": _FOREVER if hashed else "no-cache"}
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    compressed = file.with_name(f"{file.name}.gz")
    if hashed and compressed.is_file():
        headers["Vary"] = "Accept-Encoding"
        if takes_gzip(request.headers.get("accept-encoding", "")):
            return FileResponse(compressed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return FileResponse(file, media_type=media_type, headers=headers)
