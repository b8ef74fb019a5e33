"""Reference pages that come from the code itself: they are written when the documentation is built.

A page asks for one with a line of its own, ``<!-- generated: NAME -->``; what some of them are about follows the name.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from goodpart.cli import group
from goodpart.server.kit.catalogue import problems
from goodpart.server.kit.roles import Permission, Role

MARK = re.compile(r"^<!-- generated: ([a-z-]+)((?: [a-z_]+)*) -->$", re.MULTILINE)
ENGLISH = Path(__file__).parents[1] / "web" / "src" / "locales" / "en.json"


def command_line() -> str:
    """Every command's own help."""
    with click.Context(group, info_name="goodpart", max_content_width=100) as context:
        pages = [("goodpart", group.get_help(context))]
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None:
                pages += _help_of(command, name, context)
    return "\n\n".join(f"## {title}\n\n```text\n{text}\n```" for title, text in pages)


def _help_of(command: click.Command, name: str, parent: click.Context) -> list[tuple[str, str]]:
    """A command's help under its whole name, and that of the commands in it."""
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100)
    pages = [(context.command_path, command.get_help(context))]
    if isinstance(command, click.Group):
        for inner, found in command.commands.items():
            pages += _help_of(found, inner, context)
    return pages


def settings_of(module: str) -> str:
    """A table of every setting of a module: its variable, what it is, its default."""
    rows = ["| Variable | What it is | Default |", "|---|---|---|"]
    for found in vars(import_module(module)).values():
        if isinstance(found, type) and issubclass(found, BaseSettings) and found.__module__ == module:
            prefix = str(found.model_config.get("env_prefix", ""))
            for name, field in found.model_fields.items():
                default: Any = field.get_default(call_default_factory=False)
                shown = "" if default in (None, PydanticUndefined, "", ()) else f"`{default}`"
                described = (field.description or "").replace("|", "\\|").replace("\n", " ")
                variable = alias if isinstance(alias := field.validation_alias, str) else (prefix + name).upper()
                rows.append(f"| `{variable}` | {described} | {shown} |")
    return "\n".join(rows)


def roles() -> str:
    """What each role may: the table that the server itself goes by."""
    rows = ["| Permission | " + " | ".join(Role) + " |", "|---" * (len(Role) + 1) + "|"]
    rows += [
        f"| {permission} | " + " | ".join("yes" if permission in role.permissions else "" for role in Role) + " |"
        for permission in Permission
    ]
    return "\n".join(rows)


def role(name: Role) -> str:
    """What somebody with this role may do, in the words of the pages."""
    words = json.loads(ENGLISH.read_text())["permission"]
    may = ", ".join(
        f"{words[permission].lower()} (`{permission}`)" for permission in Permission if permission in name.permissions
    )
    where = "at your place and all below it"
    return f"With the role **{name}** {where} you may: {may}. [All roles](../../concepts/people.md)."


def alarms(*codes: str) -> str:
    """What the named alarms ask of a person, as the pages say it. Raises `KeyError` for one that there is not."""
    words = json.loads(ENGLISH.read_text())["by_code"]["alarm"]
    rows = ["| Alarm | What to do |", "|---|---|"]
    rows += [f"| {words[code]['title']} | {words[code]['next']} |" for code in codes]
    return "\n".join(rows)


def problem_codes() -> str:
    """Every code that the API can answer with."""
    rows = ["| Code | Status | Title |", "|---|---|---|"]
    import_module("goodpart.server.api")  # whose modules define them
    return "\n".join([*rows, *(f"| `{one.code}` | {one.status} | {one.title} |" for one in problems())])


GENERATORS: dict[str, Callable[..., str]] = {
    "alarms": alarms,
    **{f"role-{one}": partial(role, one) for one in Role},
    "roles": roles,
    "problem-codes": problem_codes,
    "command-line": command_line,
    "server-settings": lambda: settings_of("goodpart.server.settings"),
    "gateway-settings": lambda: settings_of("goodpart.gateway.settings"),
}


def on_page_markdown(markdown: str, **_: object) -> str:
    """The hook that MkDocs calls for every page. Raises `KeyError` for a mark that nothing generates."""
    return MARK.sub(lambda mark: GENERATORS[mark.group(1)](*mark.group(2).split()), markdown)
