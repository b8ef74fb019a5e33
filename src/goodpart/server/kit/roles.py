"""Who may do what, and where: the one table of roles and permissions."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    VIEW = "view"
    """See places, inspections, figures, images."""
    REVIEW = "review"
    """Say what a part really was."""
    TEACH = "teach"
    """Datasets, labels, training."""
    APPROVE = "approve"
    """Approve models, promote recipes: what makes a verdict count."""
    CONFIGURE = "configure"
    """Places, part numbers, gateways and their wiring, recipes, rollouts."""
    AUDIT = "audit"
    """Read, verify and export the audit trail."""
    ADMINISTER = "administer"
    """Users and their roles, claim codes, revocation."""
    ACCOUNT = "account"
    """One's own session, password, second factor and tokens: of everybody who is signed in, and of no token."""


class Role(StrEnum):
    """What a grant gives, at a place and at all places below it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    QUALITY = "quality"
    ENGINEER = "engineer"
    ADMIN = "admin"

    @property
    def permissions(self) -> frozenset[Permission]:
        return GRANTED[self]


_VIEWER = frozenset({Permission.VIEW, Permission.ACCOUNT})
_OPERATOR = _VIEWER | {Permission.REVIEW}
_QUALITY = _OPERATOR | {Permission.TEACH, Permission.APPROVE, Permission.AUDIT}
_ENGINEER = _OPERATOR | {Permission.TEACH, Permission.APPROVE, Permission.CONFIGURE}

GRANTED = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.QUALITY: _QUALITY,
    Role.ENGINEER: _ENGINEER,
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, order=True)
class Grant:
    """A role at a place and all below it; ``place`` None is the whole enterprise."""

    role: Role
    place: str | None = None
