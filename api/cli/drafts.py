"""Drafts of gold questions, one JSON a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import say

if TYPE_CHECKING:
    from assistant.evaluation.gold import GoldQuestion

NewFile = Annotated[Path | None, typer.Option(metavar="FILE", help="A new file.", show_default="stdout")]


def write_drafts(drafts: Iterable[GoldQuestion], out: Path | None) -> None:
    """Write drafts to this new file, else to stdout."""
    lines = [question.model_dump_json(exclude_defaults=True) for question in drafts]
    if out is None:
        for line in lines:
            say(line)
        return
    with out.open("x", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
