"""The reference of the command line, from the commands' own help: `docs/cli.md` is made of it."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from api.cli.app import app
from api.errors import ExitCode

_COLUMNS = 100


def cli_reference() -> str:
    """Markdown: the help of every command, and the exit codes."""
    command = typer.main.get_command(app)
    return "\n".join(
        [
            "# The command line",
            "",
            "Results go to stdout; progress, warnings and errors go to stderr. `--json` prints one document.",
            "",
            *_help_of(command, typer.Context(command, info_name="assistant", terminal_width=_COLUMNS)),
            "## Exit codes",
            "",
            "| code | meaning |",
            "|---|---|",
            *(f"| {code.value} | {code.meaning} |" for code in ExitCode),
            "",
        ]
    )


def _help_of(
    command: typer.core.TyperCommand | typer.core.TyperGroup, context: typer.Context
) -> Iterator[str]:
    yield from (f"## {context.command_path}", "", "```", command.get_help(context), "```", "")
    for name, child in getattr(command, "commands", {}).items():
        yield from _help_of(
            child, typer.Context(child, info_name=name, parent=context, terminal_width=_COLUMNS)
        )
