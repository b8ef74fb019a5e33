"""Rows of branches and lines."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.ingest.model import Chain, Line
from goodpart.server.ingest.tables import BranchRow, EventRow


async def lock_branches(session: AsyncSession, gateway: str, station: str, epoch: str) -> list[BranchRow]:
    """Every branch of one journal, locked to the end of the transaction, in their order."""
    found = await session.scalars(
        sa.select(BranchRow)
        .where(BranchRow.gateway == gateway, BranchRow.station == station, BranchRow.epoch == epoch)
        .order_by(BranchRow.branch)
        .with_for_update()
    )
    return list(found)


async def read_chains(session: AsyncSession, rows: Sequence[BranchRow], first: int, last: int) -> list[Chain]:
    """The branches, with the hashes of lines ``first - 1`` to ``last`` where they have them."""
    chains = []
    for row in rows:
        hashes: dict[int, str] = {}
        upper: int = last
        one: BranchRow | None = row
        while one is not None and upper >= first - 1:
            if one.number >= first - 1 and not (one is row and first > row.number):
                found = await session.execute(
                    sa.select(EventRow.number, EventRow.hash).where(
                        EventRow.stream == one.id,
                        EventRow.number.between(max(first - 1, one.fork_number + 1), upper),
                    )
                )
                hashes.update((number, known) for number, known in found)
            upper = min(upper, one.fork_number)
            one = rows[one.parent] if one.parent is not None else None
        chains.append(Chain(row.branch, row.number, row.chain_hash, hashes))
    return chains


def new_branch(
    session: AsyncSession,
    key: str,
    *,
    gateway: str,
    station: str,
    epoch: str,
    branch: int,
    parent: int | None,
    fork_number: int,
    now: datetime,
) -> BranchRow:
    row = BranchRow(
        id=key,
        gateway=gateway,
        station=station,
        epoch=epoch,
        branch=branch,
        parent=parent,
        fork_number=fork_number,
        number=fork_number,
        chain_hash="",
        opened_at=now,
    )
    session.add(row)
    return row


async def add_lines(
    session: AsyncSession, lines: Sequence[tuple[str, Line, datetime | None, str]], received_at: datetime
) -> None:
    """Stream, line, wall time and kind each."""
    if lines:
        await session.execute(
            sa.insert(EventRow),
            [
                {
                    "stream": stream,
                    "number": line.number,
                    "hash": line.hash,
                    "wall": wall,
                    "received_at": received_at,
                    "kind": kind,
                    "line": line.content,
                }
                for stream, line, wall, kind in lines
            ],
        )


async def flush(session: AsyncSession) -> None:
    await session.flush()
