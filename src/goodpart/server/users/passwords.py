"""Passwords: Argon2id (RFC 9106), two at a time, off the event loop."""

import asyncio

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from goodpart.server.users.errors import PasswordTooShortError

MIN_LENGTH = 8
_AT_A_TIME = 2
"""A hash takes 64 MiB: more at once would let anyone who can reach the page use up the machine's memory."""


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._room = asyncio.Semaphore(_AT_A_TIME)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Raises `PasswordTooShortError`."""
        if len(password) < MIN_LENGTH:
            raise PasswordTooShortError(
                f"A password needs at least {MIN_LENGTH} characters.", "Choose a longer one; a sentence is fine."
            )
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Takes as long where there is no such user (``password_hash`` None) as where there is one."""
        async with self._room:
            if self._nobody is None:
                self._nobody = await asyncio.to_thread(self._hasher.hash, "nobody's password")
            matched = await asyncio.to_thread(self._hasher.verify, password, password_hash or self._nobody)
        return matched and password_hash is not None
