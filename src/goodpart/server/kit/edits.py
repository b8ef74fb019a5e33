"""Two people who edit one thing: the second is told, and overwrites nothing unseen.

Whoever reads a thing gets a tag of what it says (``ETag``, RFC 9110, section 8.8.3); whoever edits it says which tag
they had read (``If-Match``, section 13.1.1). The comparison is part of the write's transaction, and edits of one thing
wait for one another there: of two with the same tag one is written, on SQLite and on any number of replicas.

    @router.get("/users/{user}")
    async def get_user(work: WorkDep, tagged: TaggedDep, user: str) -> UserOut:
        return tagged(await _read(work, user))

    @router.patch("/users/{user}")
    async def change_user(work: WorkDep, edit: EditDep, user: str, body: UserChangeIn) -> UserOut:
        await edit.begin(work, user, partial(_read, work, user))  # before anything else of the request
        await accounts.change(work, user, body)
        return edit.tagged(await _read(work, user))

A thing that may not be there yet is set by a `SetEdit`: whoever has seen that there is none says ``If-None-Match: *``
(section 13.1.2), and learns who was first where there is one by then.

What the plant changes and no person edits (when a gateway was last seen) is left out of the tag: its schema names it in
``untagged``.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeVar

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from goodpart.server.kit.errors import ChangedMeanwhileError, InvalidError, PreconditionRequiredError
from goodpart.server.kit.requests import resources_of
from goodpart.server.kit.work import Work

Content = TypeVar("Content", bound=BaseModel | Sequence[BaseModel])

_ENTITY_TAG = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e]*?)(?:-gzip)?"\s*')
"""Proxies that compress make a tag weak, or append to it: ours names the content, so it is the same one to us."""
_ANY = "*"
_LONGEST_HEADER = 2000


class Editable(BaseModel):
    """Of the schemas that are answered with a tag; only for those with fields that are no part of it."""

    untagged: ClassVar[frozenset[str]] = frozenset()


class TagUnreadableError(InvalidError):
    code = "tag_unreadable"


def tag_of(content: BaseModel | Sequence[BaseModel]) -> str:
    """A digest of what ``content`` says, the same on every replica; without the quotes that it has in a header."""
    said = [_said(one) for one in content] if isinstance(content, Sequence) else _said(content)
    plain = json.dumps(said, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Tagged:
    """Puts the tag of what is answered on the answer."""

    def __init__(self, response: Response) -> None:
        self._response = response

    def __call__(self, content: Content) -> Content:
        self._response.headers["ETag"] = f'"{tag_of(content)}"'
        return content


IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=_LONGEST_HEADER,
        description="The `ETag` that the thing was read with. `*`: whatever it says now is to be replaced. "
        "Without it: 428; with another tag than the thing has by now: 412.",
    ),
]


class Edit:
    """What a request that edits says of the state it edits."""

    def __init__(
        self,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
    ) -> None:
        self._changes = resources_of(request).changes
        self._wanted = None if if_match is None else _read_tags(if_match)
        self.tagged = Tagged(response)

    async def begin(
        self, work: Work, subject: str, read: Callable[[], Awaitable[Content]], *, noun: str = ""
    ) -> Content:
        """Hold the thing and compare what ``read`` says of it now; other edits of it wait until ``work`` ends.

        ``subject`` is the id under which the audit trail has it, ``noun`` what its actions begin with there, where
        another thing has the same id. Raises what ``read`` raises,
        `PreconditionRequiredError` and `ChangedMeanwhileError`.
        """
        await work.hold(subject)
        content = await read()
        await self._compare(work, subject, content, noun)
        return content

    async def _compare(
        self, work: Work, subject: str, content: BaseModel | Sequence[BaseModel] | None, noun: str
    ) -> None:
        if self._wanted is None:
            raise PreconditionRequiredError(
                "The request does not say which state of the thing it edits.",
                "Read the thing, and send its ETag in the header If-Match.",
            )
        tag = None if content is None else tag_of(content)
        if tag is None or not self._wanted & {tag, _ANY}:
            raise await self._changed(work, subject, tag, noun)

    async def _changed(self, work: Work, subject: str, tag: str | None, noun: str) -> ChangedMeanwhileError:
        change = await self._changes(work, subject, noun)
        return ChangedMeanwhileError(tag, change.by if change else None, change.at if change else None)


class SetEdit(Edit):
    """An edit of a thing that may not be there yet, and which the request makes then."""

    def __init__(
        self,
        request: Request,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: Annotated[
            str | None,
            Header(
                alias="If-None-Match",
                max_length=_LONGEST_HEADER,
                description="`*`: there was none when this was looked for. Where there is one by now: 412, with who "
                "made it and its `ETag`.",
            ),
        ] = None,
    ) -> None:
        super().__init__(request, response, if_match)
        if if_none_match is not None and if_none_match.strip() != _ANY:
            raise TagUnreadableError("The header If-None-Match can say nothing but *.", "Leave it out, or send *.")
        self._makes = if_none_match is not None

    async def begin_set(
        self, work: Work, subject: str, read: Callable[[], Awaitable[Content | None]], *, noun: str = ""
    ) -> None:
        """As `begin`, but where ``read`` says None no tag is needed.

        `ChangedMeanwhileError` also where a tag was sent and the thing is no longer there, and where somebody has made
        what was said not to be there.
        """
        await work.hold(subject)
        content = await read()
        if content is not None and self._makes:
            raise await self._changed(work, subject, tag_of(content), noun)
        if content is not None or self._wanted:
            await self._compare(work, subject, content, noun)


TaggedDep = Annotated[Tagged, Depends(Tagged)]
EditDep = Annotated[Edit, Depends(Edit)]
SetEditDep = Annotated[SetEdit, Depends(SetEdit)]


def _read_tags(header: str) -> frozenset[str]:
    if header.strip() == _ANY:
        return frozenset({_ANY})
    matches = [_ENTITY_TAG.fullmatch(part) for part in header.split(",")]
    tags = frozenset(match[1] for match in matches if match)
    if len(matches) != len([match for match in matches if match]):
        raise TagUnreadableError("The header If-Match is not an ETag.", "Send the ETag as it was answered, in quotes.")
    return tags


def _said(content: BaseModel) -> dict[str, Any]:
    untagged = content.untagged if isinstance(content, Editable) else frozenset[str]()
    return content.model_dump(exclude=set(untagged))


def _plain(value: object) -> object:
    """Sets in one order, whatever the process; the rest by its own words."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return value.isoformat() if isinstance(value, datetime) else str(value)
