"""Options that several commands share, as a person types them."""

import re

import click
import pytest

from goodpart.cli.options import say_parts

SERIAL = re.compile("^(SN[0-9]+)_")


def test_it_is_said_in_how_many_names_a_part_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    say_parts(None, [None, None])
    assert not capsys.readouterr().err
    say_parts(SERIAL, ["SN1", "SN1", "SN2"])
    assert capsys.readouterr().err == "--part: found in 3 of 3 names, 2 parts.\n"
    say_parts(SERIAL, ["SN1", None, None])
    assert "found in 1 of 3 names, 1 part; each of the others counts as" in capsys.readouterr().err


def test_an_expression_that_is_found_in_no_name_is_refused() -> None:
    with pytest.raises(click.UsageError, match=r"--part \^\(SN\[0-9\]\+\)_ tells no part: .* in none of 2 names"):
        say_parts(SERIAL, [None, None])
