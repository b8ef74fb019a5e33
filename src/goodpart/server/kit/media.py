"""Bodies and answers that are no JSON, as the description of the API says them: their media type, and what they hold.

    @router.get("/export", response_class=Response, responses=answered(csv_example(COLUMNS, ("A-100", 1900))))
    @router.post("/import", openapi_extra=taken(csv_example(COLUMNS, ("A-100", 1900))))

A table for spreadsheets, or for programs, is ``GET /…/export``; where one can come in as well, that is
``POST /…/import``.
"""

from collections.abc import Sequence
from typing import Any

from goodpart.server.kit.csv_tables import write_lines

CSV = "text/csv"
JSON_LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
IMAGE = "image/*"
BYTES = "application/octet-stream"

Content = dict[str, dict[str, Any]]
"""What OpenAPI calls a content: by media type."""


def text(media_type: str, example: str) -> Content:
    return {media_type: {"schema": {"type": "string"}, "example": example}}


def csv_example(columns: Sequence[str], *rows: Sequence[object]) -> Content:
    """A table with these rows."""
    return text(CSV, write_lines([columns, *rows]))


def binary(media_type: str) -> Content:
    return {media_type: {"schema": {"type": "string", "format": "binary"}}}


def attachment(name: str) -> dict[str, str]:
    """Headers of a file that a browser saves under this name."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def answered(*contents: Content) -> dict[int | str, dict[str, Any]]:
    """``responses`` of an endpoint that answers with one of these."""
    return {200: {"content": _together(contents)}}


def taken(*contents: Content) -> dict[str, Any]:
    """``openapi_extra`` of an endpoint that takes one of these."""
    return {"requestBody": {"required": True, "content": _together(contents)}}


def _together(contents: Sequence[Content]) -> Content:
    return {media_type: said for content in contents for media_type, said in content.items()}
