"""Roles grant what they say; a reach says where."""

import pytest
import sqlalchemy as sa

from goodpart.server.kit.errors import ForbiddenError
from goodpart.server.kit.reach import EVERYWHERE, NOWHERE, Extent, Reach
from goodpart.server.kit.roles import GRANTED, Permission, Role

ULM = Reach(seen=Extent(places=frozenset({"ulm", "ulm line"})), allowed=Extent(places=frozenset({"ulm line"})))


def test_every_role_may_what_a_viewer_may_and_an_admin_may_everything() -> None:
    assert set(GRANTED) == set(Role)
    assert all(Role.VIEWER.permissions <= role.permissions for role in Role)
    assert Role.VIEWER.permissions < Role.OPERATOR.permissions < Role.ENGINEER.permissions
    assert Role.ADMIN.permissions == frozenset(Permission)


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.REVIEW, {Role.OPERATOR, Role.QUALITY, Role.ENGINEER, Role.ADMIN}),
        (Permission.APPROVE, {Role.QUALITY, Role.ENGINEER, Role.ADMIN}),
        (Permission.CONFIGURE, {Role.ENGINEER, Role.ADMIN}),
        (Permission.AUDIT, {Role.QUALITY, Role.ADMIN}),
        (Permission.ADMINISTER, {Role.ADMIN}),
    ],
)
def test_who_may_what(permission: Permission, roles: set[Role]) -> None:
    assert {role for role in Role if permission in role.permissions} == roles


def test_a_reach_sees_its_places_and_what_is_the_enterprises() -> None:
    assert ULM.sees("ulm")
    assert ULM.sees(None)
    assert not ULM.sees("linz")


@pytest.mark.parametrize("place", ["ulm", "linz", None])
def test_acting_needs_a_role_at_that_very_place(place: str | None) -> None:
    ULM.require("ulm line")
    EVERYWHERE.require(place)
    with pytest.raises(ForbiddenError):
        ULM.require(place)


def test_who_reaches_nowhere_does_not_even_see_what_is_the_enterprises() -> None:
    assert not NOWHERE.sees(None)
    assert not NOWHERE.sees("ulm")


def test_a_query_is_limited_to_what_is_seen() -> None:
    engine = sa.create_engine("sqlite://")
    things = sa.table("things", sa.column("place", sa.String))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE things (place TEXT)"))
        connection.execute(things.insert(), [{"place": place} for place in ("ulm", "linz", None)])

        def found(reach: Reach) -> set[str | None]:
            return set(connection.scalars(sa.select(things.c.place).where(reach.limits(things.c.place))))

        assert found(ULM) == {"ulm", None}
        assert found(EVERYWHERE) == {"ulm", "linz", None}
        assert found(NOWHERE) == set()
    engine.dispose()
