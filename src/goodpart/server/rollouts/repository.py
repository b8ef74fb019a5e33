"""Rollouts and their targets in the database."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.gateways import repository as gateways
from goodpart.server.kit.pages import Page, PageRequest, fetch_page
from goodpart.server.kit.reach import Reach
from goodpart.server.rollouts.model import Progress, Rollout, Target, TargetState
from goodpart.server.rollouts.tables import RolloutRow, RolloutTargetRow

_OPEN = [state for state in TargetState if not state.is_final]


async def add(session: AsyncSession, rollout: Rollout) -> None:
    session.add(
        RolloutRow(id=rollout.id, note=rollout.note, created_at=rollout.created_at, created_by=rollout.created_by)
    )
    await session.flush()
    session.add_all(
        RolloutTargetRow(
            rollout=rollout.id,
            gateway=target.gateway,
            revision=target.revision,
            state=target.progress.state,
            detail=target.progress.detail,
        )
        for target in rollout.targets
    )
    await session.flush()


async def find(session: AsyncSession, rollout: str) -> Rollout | None:
    row = await session.get(RolloutRow, rollout)
    return (await _complete(session, [row]))[0] if row else None


async def list_newest(session: AsyncSession, request: PageRequest, reach: Reach) -> Page[Rollout]:
    """Those all of whose gateways are at sites that are seen."""
    hidden = select(RolloutTargetRow.rollout).where(RolloutTargetRow.gateway.in_(gateways.out_of_reach(reach)))
    query = select(RolloutRow).where(RolloutRow.id.not_in(hidden))
    page = await fetch_page(session, query, [RolloutRow.created_at, RolloutRow.id], request)
    return Page(tuple(await _complete(session, page.rows)), page.next)


async def list_open(session: AsyncSession) -> list[Rollout]:
    """The rollouts with a target that is still on its way."""
    rows = await session.scalars(
        select(RolloutRow)
        .where(RolloutRow.id.in_(select(RolloutTargetRow.rollout).where(RolloutTargetRow.state.in_(_OPEN))))
        .order_by(RolloutRow.created_at)
    )
    return await _complete(session, rows.all())


async def set_progress(session: AsyncSession, rollout: str, gateway: str, progress: Progress) -> bool:
    """False where the target has been settled meanwhile."""
    changed = await session.scalar(
        update(RolloutTargetRow)
        .where(
            RolloutTargetRow.rollout == rollout,
            RolloutTargetRow.gateway == gateway,
            RolloutTargetRow.state.in_(_OPEN),
        )
        .values(state=progress.state, detail=progress.detail)
        .returning(RolloutTargetRow.gateway)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def _complete(session: AsyncSession, rows: Sequence[RolloutRow]) -> list[Rollout]:
    """With their targets."""
    targets: dict[str, list[Target]] = {}
    for row in await session.scalars(
        select(RolloutTargetRow)
        .where(RolloutTargetRow.rollout.in_([row.id for row in rows]))
        .order_by(RolloutTargetRow.gateway)
        .execution_options(populate_existing=True)
    ):
        progress = Progress(row.state, row.detail)
        targets.setdefault(row.rollout, []).append(Target(row.gateway, row.revision, progress))
    return [Rollout(row.id, row.note, row.created_at, row.created_by, tuple(targets.get(row.id, ()))) for row in rows]
