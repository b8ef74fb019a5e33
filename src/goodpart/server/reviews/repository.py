"""Reviews in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from goodpart.server.reviews.model import Review
from goodpart.server.reviews.tables import ReviewRow


async def add(session: AsyncSession, review: Review) -> None:
    session.add(
        ReviewRow(
            id=review.id,
            inspection=review.inspection,
            verdict=review.verdict,
            note=review.note,
            by=review.by,
            at=review.at,
        )
    )
    await session.flush()


async def of_inspection(session: AsyncSession, inspection: str) -> list[Review]:
    """Oldest first; the last one counts."""
    rows = await session.scalars(
        select(ReviewRow).where(ReviewRow.inspection == inspection).order_by(ReviewRow.at, ReviewRow.id)
    )
    return [Review(row.id, row.inspection, row.verdict, row.note, row.by, row.at) for row in rows]
