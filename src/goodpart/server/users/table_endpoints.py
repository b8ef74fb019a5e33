"""Users as a table over HTTP, for a spreadsheet: out, and in again."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from goodpart.server.kit.bodies import read_body
from goodpart.server.kit.csv_tables import Separator, read_table
from goodpart.server.kit.imports import LIMIT_MB, SPLIT_IT, ImportOut, ImportRequest, csv_file
from goodpart.server.kit.media import answered, csv_example, taken
from goodpart.server.kit.permissions import Permission, permit_everywhere, permit_everywhere_aside
from goodpart.server.kit.requests import ResourcesDep, SignedIn, WorkDep
from goodpart.server.users import user_import, user_table
from goodpart.server.users.model import PASSWORD_LINK_LIFE
from goodpart.server.users.requests import UsersDep
from goodpart.server.users.schemas import InvitationOut, UsersImportOut

router = APIRouter(prefix="/users", tags=["users"])

_TABLE = csv_example(user_import.COLUMNS, *user_import.EXAMPLE)


@router.get(
    "/export",
    response_class=Response,
    responses=answered(_TABLE),
    dependencies=[permit_everywhere(Permission.ADMINISTER)],
)
async def export_users(work: WorkDep, users: UsersDep, separator: Separator = Separator.COMMA) -> Response:
    """One row for each role, in the form that an import takes."""
    return csv_file(await user_table.export(work, users, separator), "users.csv")


@router.post("/import", openapi_extra=taken(_TABLE))
async def import_users(
    request: Request,
    resources: ResourcesDep,
    users: UsersDep,
    signed_in: Annotated[SignedIn, permit_everywhere_aside(Permission.ADMINISTER)],
    wanted: Annotated[ImportRequest, Depends()],
) -> UsersImportOut:
    """Adds the users that the file names and gives users the roles that it names, all of it or nothing.

    With ``dry_run`` it only tells, row by row, what would change. The links of new users are shown only once.
    """
    rows = read_table(await read_body(request, LIMIT_MB, SPLIT_IT), user_import.COLUMNS, user_import.COLUMNS)
    async with resources.database.work(signed_in.actor, read_only=wanted.dry_run, reach=signed_in.reach) as work:
        if wanted.dry_run:
            return UsersImportOut.of((await user_table.plan(work, users, rows))[0], applied=False)
        done, invitations = await user_table.apply(work, users, rows, wanted.plan)
    until = work.now + PASSWORD_LINK_LIFE
    links = [InvitationOut(name=one.name, path=f"/set-password#{one.token}", expires_at=until) for one in invitations]
    return UsersImportOut(**ImportOut.of(done, applied=True).model_dump(), invitations=links)
