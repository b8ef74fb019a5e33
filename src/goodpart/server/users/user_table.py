"""Users and their roles out as a CSV table, and in again. Passwords are in neither: new users get links."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from goodpart.server.kit.csv_tables import CsvRow, Separator, write_table
from goodpart.server.kit.errors import InvalidError
from goodpart.server.kit.imports import ImportPlan, RowOutcome, RowProblem, wrong
from goodpart.server.kit.paths import PathIndex
from goodpart.server.kit.roles import Grant, Role
from goodpart.server.kit.work import Work
from goodpart.server.users import accounts
from goodpart.server.users.model import User
from goodpart.server.users.service import Users
from goodpart.server.users.user_import import COLUMNS, UserChanges, plan_import, table_of

MOST_AT_ONCE = 1000
"""Users that one import adds or changes: each is an account of its own, and other writers wait meanwhile."""


class TooManyUsersError(InvalidError):
    code = "too_many_users"


@dataclass(frozen=True)
class Invitation:
    """``token`` lets its holder choose the password; it is kept nowhere else."""

    name: str
    token: str


async def export(work: Work, users: Users, separator: Separator) -> str:
    return write_table(COLUMNS, table_of(await accounts.list_all(work), await users.place_paths(work)), separator)


async def plan(work: Work, users: Users, rows: Sequence[CsvRow]) -> tuple[ImportPlan, UserChanges]:
    """What the rows would change. Raises `TooManyUsersError`."""
    known = await accounts.list_all(work)
    planned, changes = plan_import(rows, known, PathIndex(await users.place_paths(work)))
    if len(changes.new) + len(changes.changed) > MOST_AT_ONCE:
        raise TooManyUsersError(f"The file adds or changes more than {MOST_AT_ONCE} users.", "Split the file.")
    return _keeping_an_admin(planned, changes, known), changes


async def apply(
    work: Work, users: Users, rows: Sequence[CsvRow], expected: str | None
) -> tuple[ImportPlan, list[Invitation]]:
    """Do all of it. Raises `ImportRefusedError`, `ImportOutdatedError` before anything is written."""
    await work.hold_everything()
    planned, changes = await plan(work, users, rows)
    planned.check(expected)
    for user, grants in changes.changed.items():
        await accounts.change(work, users, user, grants=grants)
    invitations = []
    for name, grants in changes.new.items():
        user = (await accounts.create(work, users, name, grants)).id
        invitations.append(Invitation(name, await accounts.make_password_link(work, user)))
    return planned, invitations


def _keeping_an_admin(planned: ImportPlan, changes: UserChanges, known: Sequence[User]) -> ImportPlan:
    """A file that leaves nobody who administers the enterprise is wrong where it takes the role away."""
    everything = Grant(Role.ADMIN)
    admins = [user for user in known if everything in user.grants and user.disabled_at is None]
    if not admins or any(everything in changes.changed.get(user.id, user.grants) for user in admins):
        return planned
    problem = RowProblem(
        "role",
        "last_admin",
        "Nobody would be left who administers the whole enterprise.",
        f"Leave {admins[0].name} the role {Role.ADMIN} at *.",
        admins[0].name,
    )
    losing = {user.name for user in admins}
    return replace(
        planned,
        rows=tuple(
            wrong(row.line, row.name, problem) if row.name in losing and row.outcome is RowOutcome.CHANGED else row
            for row in planned.rows
        ),
    )
