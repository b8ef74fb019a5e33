"""Time-based one-time passwords (RFC 6238 on RFC 4226): six digits, 30 seconds, HMAC-SHA-1, as every app reads them."""

import base64
import binascii
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

STEP_S = 30
_DIGITS = 6
_WINDOW = 1
"""Steps before and after: clocks differ, and typing takes its time (RFC 6238, section 5.2)."""
_SECRET_BYTES = 20
"""RFC 4226, section 4, R6."""
RECOVERY_CODES = 10


def new_secret() -> str:
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def new_recovery_codes() -> list[str]:
    """Each works once in place of a code, for a telephone that is lost: 50 random bits, in two groups."""
    codes = [base64.b32encode(secrets.token_bytes(7)).decode()[:10].lower() for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def is_secret(secret: str) -> bool:
    """Whether it is one of `new_secret`: as long, and base32."""
    try:
        return len(base64.b32decode(secret)) == _SECRET_BYTES
    except (binascii.Error, ValueError):
        return False


def code_at(secret: str, step: int) -> str:
    """The code of the ``step``-th 30 seconds since 1970 (RFC 4226, section 5.3)."""
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def step_of(code: str, secret: str, now: datetime, *, after: int) -> int | None:
    """The step that ``code`` belongs to, or None. Steps up to ``after`` are used up: no code counts twice."""
    here = int(now.timestamp()) // STEP_S
    for step in range(here - _WINDOW, here + _WINDOW + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def address(secret: str, name: str) -> str:
    """What an authenticator app reads from a QR code."""
    label = quote(f"Goodpart:{name}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer=Goodpart&algorithm=SHA1&digits={_DIGITS}&period={STEP_S}"
