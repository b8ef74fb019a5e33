"""The command line. Each command lives in a module of its own, imported only when it is called."""

import sys
from importlib import import_module
from typing import Any

import click

import goodpart
from goodpart.base.errors import GoodpartError
from goodpart.base.garbage import uncollected
from goodpart.base.storage import storage_failure

_COMMANDS = {
    "demo": "See a line inspected on this machine: server, gateway and a simulated line.",
    "train": "Teach a model from a folder of good parts.",
    "evaluate": "Tell how many bad parts a model misses and how many good ones it rejects.",
    "inspect": "Give the verdict on images.",
    "benchmark": "Measure accuracy and speed on folders of MVTec shape.",
    "backbones": "List and add the networks that models are learned with.",
    "server": "Run the server: API, pages and job workers.",
    "worker": "Run job workers alone, beside a server on PostgreSQL.",
    "gateway": "Run the edge computer beside the line; --join enrols it first.",
}


_FIRST_STEPS = """\
See it work:    goodpart demo
Teach a part:   goodpart train GOOD_PICTURES/ -o part.gpm
Look at parts:  goodpart inspect part.gpm PICTURE.jpg --trust
Run a plant:    goodpart server   and beside each line   goodpart gateway --join URL --code CODE"""


class _LazyGroup(click.Group):
    """Lists every command without importing one: a verdict on the command line starts in a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        with uncollected():
            module = import_module(f"goodpart.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What to type comes first: a newcomer reads four lines."""
        self.format_help_text(ctx, formatter)
        formatter.write_paragraph()
        self.format_usage(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        formatter.write(f"{_FIRST_STEPS}\n")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(goodpart.__version__, prog_name="goodpart")
def group() -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run a command; an error that a person can mend is one sentence on stderr and exit code 2."""
    try:
        result: Any = group.main(arguments, standalone_mode=False)
    except GoodpartError as error:
        click.echo(f"goodpart: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("goodpart: interrupted.", err=True)
        sys.exit(130)
    except Exception as error:
        # Any write of any command can meet a full disk, which is nobody's mistake in the program.
        if (failure := storage_failure(error)) is None:
            raise
        click.echo(f"goodpart: {failure}", err=True)
        sys.exit(failure.exit_code)
    sys.exit(result if isinstance(result, int) else 0)
