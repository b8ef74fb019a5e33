"""Long passwords are taken, whatever they are made of; those that are guessed first are not."""

import pytest

from goodpart.server.users.errors import PasswordGuessableError, PasswordTooShortError
from goodpart.server.users.passwords import check


@pytest.mark.parametrize(
    "password",
    [
        "horse battery staple",
        "all small letters here",
        "ein Satz mit Umlauten äöü",
        "🔧🔩⚙️🧰🪛🔨⛏️🛠️🗜️⚖️🦯🔗⛓️🪝🧲",
        "9f86d081884c7d6",
    ],
)
def test_fifteen_characters_of_any_kind_will_do(password: str) -> None:
    check(password, "Ada")


@pytest.mark.parametrize("password", ["", "short", "14 characters!", "Xy7$" * 3])
def test_fewer_will_not(password: str) -> None:
    with pytest.raises(PasswordTooShortError):
        check(password, "Ada")


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password12345678",
        "PASSWORD PASSWORD",
        "1234567890123456",
        "qwertzuiopasdfgh",
        "aaaaaaaaaaaaaaaa",
        "ababababababababab",
        "Ada Lovelace 1815",
        "adalovelaceadalovelace",
        "goodpart-admin-123456",
        "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
    ],
)
def test_names_and_the_commonest_words_do_not_count(password: str) -> None:
    with pytest.raises(PasswordGuessableError):
        check(password, "Ada Lovelace")
