"""`assistant feedback export|remove`: what readers said of answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from api.cli.drafts import NewFile, write_drafts
from api.cli.terminal import say, tell

app = typer.Typer(help="Export and remove what readers said of answers.", no_args_is_help=True, rich_markup_mode=None)


@app.command("export")
def export(
    out: NewFile = None,
) -> None:
    """Write readers' words on answers as gold questions, one JSON a line.

    Each is marked `"draft": true`, and `evaluate` leaves it out until a person has checked it and removed that.
    """
    from assistant.evaluation.gold_feedback import questions_from_feedback
    from assistant.plurals import counted
    from assistant.settings import load_settings
    from corpus.store import open_service_store

    with open_service_store(load_settings().data_folder) as store:
        feedback = store.feedback.all()
    questions = list(questions_from_feedback(feedback))
    write_drafts(questions, out)
    without = len(feedback) - len(questions)
    tell(f"{counted(len(questions), 'draft')}; {without} more came without their question.")


@app.command("remove")
def remove(
    before: Annotated[
        date,
        typer.Option(parser=date.fromisoformat, metavar="YYYY-MM-DD", help="What came in before this day (UTC)."),
    ],
) -> None:
    """Remove old feedback for good: readers' questions are theirs, and answers may quote a removed article."""
    from assistant.settings import load_settings
    from corpus.store import open_service_store

    with open_service_store(load_settings().data_folder) as store:
        say(f"{store.feedback.remove(before)} removed.")
