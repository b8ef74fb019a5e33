"""Reading a large body without letting it grow past its limit."""

from fastapi import Request

from goodpart.server.kit.errors import TooLargeError


async def read_body(request: Request, limit_mb: int, remedy: str) -> bytes:
    """Raises `TooLargeError` as soon as that shows."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit_mb * 1024 * 1024:
            raise TooLargeError(f"The file is larger than {limit_mb} MB.", remedy, limit_mb=limit_mb)
    return bytes(content)
