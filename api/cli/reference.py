"""The reference of the command line, from the commands' own help: `docs/cli.md` is made of it."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from api.cli.app import app
from api.problems import ExitCode

_COLUMNS = 100


def cli_reference() -> str:
    """Return the help of every command, and the exit codes, as Markdown."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="assistant", terminal_width=_COLUMNS)
    return "\n".join(
        [
            "# The command line",
            "",
            "Results go to stdout; progress, warnings and errors go to stderr. `--json` prints one document.",
            "",
            *_help_of(context),
            "## Exit codes",
            "",
            "| code | meaning |",
            "|---|---|",
            *(f"| {code.value} | {code.meaning} |" for code in ExitCode),
            "",
        ]
    )


def _help_of(context: typer.Context) -> Iterator[str]:
    yield from (f"## {context.command_path}", "", "```", context.get_help(), "```", "")
    for name, child in getattr(context.command, "commands", {}).items():
        yield from _help_of(typer.Context(child, info_name=name, parent=context, terminal_width=_COLUMNS))
