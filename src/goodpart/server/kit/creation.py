"""A thing is made once, however often its request is sent: a sender who got no answer sends the same again.

The key of a request (``Idempotency-Key``) and its answer are kept for a day, written in the transaction that makes the
thing: there is never one without the other, after a restart and on any replica. Two requests with one key wait for one
another.

    @router.post("/rollouts", status_code=201)
    async def create_rollout(work: WorkDep, creation: CreationDep, body: NewRollout) -> RolloutOut:
        await creation.begin(work)
        return await creation.answer(work, RolloutOut.of(await service.create(work, body)))

Answers with secrets that are shown once have no keys: they would be kept in the clear.
"""

import hashlib
from datetime import timedelta
from typing import Annotated, TypeVar

import sqlalchemy as sa
from fastapi import Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import Response

from goodpart.server.kit.errors import InvalidError
from goodpart.server.kit.tables import CreationRow
from goodpart.server.kit.work import Work

Content = TypeVar("Content", bound=BaseModel)

KEPT_FOR = timedelta(days=1)
KEPT_PER_USER = 1000
"""The oldest go first: a program that makes more in a day sends again within minutes."""


class KeyReusedError(InvalidError):
    code = "idempotency_key_reused"


class MadeBeforeError(Exception):
    """No fault, but an end: ends the transaction with nothing written, and carries the answer of the first time."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self.body = body
        super().__init__(status)


class Creation:
    """What a request that makes something says about having been sent before."""

    def __init__(
        self,
        request: Request,
        idempotency_key: Annotated[
            str | None,
            Header(
                alias="Idempotency-Key",
                min_length=1,
                max_length=200,
                pattern=r"^[\x21-\x7e]+$",
                description="Of the sender's choice, new for each thing that is to be made. The same request with the "
                "same key is answered as it was the first time, and makes nothing.",
            ),
        ] = None,
    ) -> None:
        self._request = request
        self._key = idempotency_key
        self._fingerprint = ""

    async def begin(self, work: Work) -> None:
        """Before anything else of the request. Raises `MadeBeforeError` and `KeyReusedError`."""
        if self._key is None:
            return
        self._fingerprint = await _fingerprint(self._request)
        await work.hold(f"creation {work.actor.id} {self._key}")
        known = await work.session.get(CreationRow, (work.actor.id, self._key))
        if known is None:
            return
        if known.made_at <= work.now - KEPT_FOR:
            await work.session.delete(known)
            return
        if known.fingerprint != self._fingerprint:
            raise KeyReusedError(
                "This Idempotency-Key was sent with another request.",
                "Make a new key for each thing that is to be made.",
            )
        raise MadeBeforeError(known.status, known.body)

    async def answer(self, work: Work, content: Content, status: int = 201) -> Content:
        """Keep ``content`` as the answer for as often as this request is sent again."""
        if self._key is not None:
            await _forget(work)
            row = CreationRow(
                user=work.actor.id,
                key=self._key,
                made_at=work.now,
                fingerprint=self._fingerprint,
                status=status,
                body=content.model_dump_json(),
            )
            work.session.add(row)
            await work.session.flush()
        return content


CreationDep = Annotated[Creation, Depends(Creation)]


async def answer_again(_: Request, error: Exception) -> Response:
    assert isinstance(error, MadeBeforeError)
    return Response(error.body, error.status, {"Idempotency-Replayed": "true"}, media_type="application/json")


async def _fingerprint(request: Request) -> str:
    said = (request.method.encode(), request.url.path.encode(), request.url.query.encode(), await request.body())
    return hashlib.sha256(b"\n".join(hashlib.sha256(part).digest() for part in said)).hexdigest()


async def _forget(work: Work) -> None:
    """What is over of this user's, and the oldest of too many."""
    own = CreationRow.user == work.actor.id
    newest = sa.select(CreationRow.made_at).where(own).order_by(CreationRow.made_at.desc())
    kept_since = await work.session.scalar(newest.offset(KEPT_PER_USER - 2).limit(1))
    over = CreationRow.made_at <= work.now - KEPT_FOR
    if kept_since is not None:
        over |= CreationRow.made_at < kept_since
    await work.session.execute(sa.delete(CreationRow).where(own, over).execution_options(synchronize_session=False))
