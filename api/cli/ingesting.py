"""`assistant ingest` and `assistant rebuild`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson
from api.cli.progress import Progress, showing_progress
from api.cli.terminal import one_line, say, say_json, tell
from api.errors import ExitCode
from corpus.article import Action, Outcome
from corpus.errors import UnreadableSource

if TYPE_CHECKING:
    from assistant.settings import Settings
    from corpus.ingest import IngestReport, Report

_STOPPED = "Stopped. Every article that was reported is kept; the same command goes on from there."
_REMARKS = {Action.DUPLICATE: "duplicate of", Action.CONFLICT: "conflict with"}


def ingest(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders of articles.")],
    sync: Annotated[
        bool, typer.Option("--sync", help="Also remove articles whose source is gone from these places.")
    ] = False,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when there are articles already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read articles (Markdown, text, HTML, BEIR jsonl) into the data folder and build the index.

    Articles that did not change are counted, not listed. Safe to stop and to run again: what was done is
    never done twice.
    """
    from assistant.settings import load_settings

    settings = load_settings()
    if if_empty and _holds_articles(settings):
        return
    report = _ingest(settings, paths, sync, as_json)
    if as_json:
        from api.shapes import ingest_body

        say_json(ingest_body(report))
    else:
        say(_summary(report))
    if report.unreadable or report.counts.get(Action.CONFLICT):
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)
