"""Roles grant what they say and nothing unknown."""

import pytest

from goodpart.server.kit.permissions import Permission, Role, allows


def test_each_role_may_what_the_one_below_may_and_more() -> None:
    assert Role.OPERATOR.permissions < Role.ENGINEER.permissions < Role.ADMINISTRATOR.permissions
    assert Role.ADMINISTRATOR.permissions == frozenset(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_an_unknown_role_may_nothing(permission: Permission) -> None:
    assert not allows("owner", permission)
    assert not allows("", permission)


def test_an_operator_does_not_approve() -> None:
    assert not allows("operator", Permission.APPROVE)
    assert allows("engineer", Permission.APPROVE)
    assert not allows("engineer", Permission.ADMINISTER)
