"""Drafts of gold questions, one JSON a line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.terminal import say_json_line

if TYPE_CHECKING:
    from assistant.evaluation.gold import GoldQuestion

NewFile = Annotated[Path | None, typer.Option(metavar="FILE", help="A new file.", show_default="stdout")]


def write_drafts(drafts: Iterable[GoldQuestion], out: Path | None) -> None:
    """Write drafts to this new file, else to stdout."""
    if out is None:
        for question in drafts:
            say_json_line(question.model_dump(mode="json", exclude_defaults=True))
        return
    with out.open("x", encoding="utf-8") as file:
        file.writelines(question.model_dump_json(exclude_defaults=True) + "\n" for question in drafts)
