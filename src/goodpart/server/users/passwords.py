"""Passwords: their rules, and Argon2id (RFC 9106), two at a time, off the event loop.

The rules are those of NIST SP 800-63B (revision 4, section 3.1.1.2): 15 characters at least where the password stands
alone, all characters allowed, nothing said about kinds of characters, no change by date, the commonest refused.
"""

import asyncio
import unicodedata

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from goodpart.server.users.errors import PasswordGuessableError, PasswordTooShortError

MIN_LENGTH = 15
_AT_A_TIME = 2
"""A hash takes 64 MiB: more at once would let anyone who can reach the page use up the machine's memory."""
_LEAST_OF_ITS_OWN = 8
"""Characters that are left of a password without the words that a guesser tries first."""
_COMMON_WORDS = (
    *("password", "passwort", "passw0rd", "kennwort", "qwertyuiop", "qwertzuiop", "qwerty", "qwertz", "asdfghjkl"),
    *("zxcvbnm", "yxcvbnm", "1qaz2wsx3edc", "abcdefghijklmnop", "abcdefgh", "12345678901234567890", "1234567890"),
    *("0987654321", "123456789", "123456", "12345", "654321", "123123", "111111", "000000", "666666", "letmein"),
    *("welcome", "willkommen", "iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "baseball"),
    *("superman", "batman", "trustno1", "administrator", "admin", "operator", "engineer", "changeme", "default"),
    *("secret", "geheim", "hallo", "hello", "goodpart", "company"),
)


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(),))
        self._room = asyncio.Semaphore(_AT_A_TIME)
        self._nobody: str | None = None

    async def hash(self, password: str, name: str) -> str:
        """Raises `PasswordTooShortError`, `PasswordGuessableError`."""
        check(password, name)
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Takes as long where there is no such user (``password_hash`` None or empty) as where there is one."""
        async with self._room:
            if self._nobody is None:
                self._nobody = await asyncio.to_thread(self._hasher.hash, "nobody's password")
            known = password_hash or self._nobody
            matched = await asyncio.to_thread(self._hasher.verify, _normal(password), known)
        return matched and bool(password_hash)


def check(password: str, name: str) -> None:
    """Raises `PasswordTooShortError`, and `PasswordGuessableError` where little is left of it without the user's name,
    the commonest words and repetition."""
    if len(_normal(password)) < MIN_LENGTH:
        raise PasswordTooShortError(
            f"A password needs at least {MIN_LENGTH} characters.",
            "Choose a longer one; a sentence is fine.",
            length=MIN_LENGTH,
        )
    rest = "".join(_normal(password).casefold().split())
    names = _normal(name).casefold().split()
    for word in ("".join(names), *names, *_COMMON_WORDS):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    if len(rest) < _LEAST_OF_ITS_OWN or len(set(rest)) < _LEAST_OF_ITS_OWN // 2:
        raise PasswordGuessableError(
            "The password is little more than your name, the commonest passwords or one repeated character.",
            "Choose another; four words that have nothing to do with each other are fine.",
        )


def _normal(password: str) -> str:
    """The same characters, however a keyboard composes them (NFKC)."""
    return unicodedata.normalize("NFKC", password)
