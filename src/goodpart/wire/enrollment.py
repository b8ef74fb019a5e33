"""How a gateway gets its certificate, and a new one before the old one ends."""

from datetime import datetime

import msgspec

from goodpart.wire.signed import PublicKey


class TrustBundle(msgspec.Struct, frozen=True, kw_only=True):
    """The roots that a gateway is to trust. The claim code carries the bundle's fingerprint."""

    roots_pem: tuple[str, ...]
    """Two from day one: the one in use and the one that follows it."""


class EnrollRequest(msgspec.Struct, frozen=True, kw_only=True):
    v: int = 1
    code_secret: str
    csr_pem: str
    """Its key is taken; its names and extensions are ignored."""
    software: str = ""
    hardware: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an enrolment or a renewal."""

    gateway: str
    name: str
    certificate_pem: str
    """The gateway's certificate, followed by the issuing CA's."""
    bundle: TrustBundle
    signing_keys: tuple[PublicKey, ...]
    """Whose signatures on desired states and packages this gateway accepts."""
    renew_after: datetime


class RenewRequest(msgspec.Struct, frozen=True, kw_only=True):
    v: int = 1
    csr_pem: str
