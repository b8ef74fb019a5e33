"""Identifiers that sort by the time they were made."""

import secrets
from datetime import datetime
from uuid import UUID


def new_id(now: datetime, random: bytes | None = None) -> str:
    """A UUID version 7 (RFC 9562, section 5.7) in its canonical text form.

    ``random`` is ten bytes from a secure source; tests pass their own for a fixed id.
    """
    noise = int.from_bytes(random if random is not None else secrets.token_bytes(10), "big")
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((noise >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= noise & ((1 << 62) - 1)
    return str(UUID(int=value))
