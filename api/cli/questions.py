"""`assistant questions list|gold|remove`: what readers ask."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.drafts import NewFile, write_drafts
from api.cli.options import AsJson
from api.cli.terminal import one_line, say, say_json, tell
from assistant.asked.kinds import AskedKind

if TYPE_CHECKING:
    from assistant.asked.listing import QuestionGroup

app = typer.Typer(
    help="See what readers ask, make gold questions of it, remove it.", no_args_is_help=True, rich_markup_mode=None
)

_SHOWN_WORDINGS = 4

_Ids = Annotated[list[str], typer.Argument(metavar="ID", help="The ids that `questions list` shows.")]


@app.command("list")
def list_asked(
    by: Annotated[
        AskedKind, typer.Option(help="Asked most often, got no answer, or got an answer that was rated down.")
    ] = AskedKind.ASKED,
    limit: Annotated[int, typer.Option(min=1, max=300, help="Most groups of questions.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List what readers ask over HTTP, grouped by meaning: how often, on which day last, and in which words.

    Nothing is kept unless ASSISTANT_QUESTIONS__KEEP_DAYS says for how long; what was rated down came with feedback.
    """
    from api.wire.questions import questions_body
    from assistant.asked.listing import list_questions
    from assistant.settings import load_settings
    from corpus.store import open_service_store
    from index.encoders.load import load_encoder

    settings = load_settings()
    with open_service_store(settings.data_folder) as store:
        encoder = load_encoder(settings.retrieval.encoder, settings.retrieval.threads)
        groups = list_questions(store, encoder, by, limit)
    if as_json:
        say_json(questions_body(groups, settings.questions.keep_days))
        return
    for group in groups:
        _show(group)
    if not groups and not settings.questions.keep_days:
        tell("ASSISTANT_QUESTIONS__KEEP_DAYS is 0 here: unless the service has another, no questions are kept.")


@app.command("gold")
def make_gold(question_ids: _Ids, out: NewFile = None) -> None:
    """Write questions as gold questions, one JSON a line, with what readers said of their answers.

    Each is marked `"draft": true`, and `evaluate` leaves it out until a person has checked it and removed that.
    """
    from assistant.evaluation.gold_asked import questions_from_asked
    from assistant.plurals import counted
    from assistant.settings import load_settings
    from corpus.store import open_service_store

    with open_service_store(load_settings().data_folder) as store:
        drafts = list(questions_from_asked(store, question_ids))
    write_drafts(drafts, out)
    tell(f"{counted(len(drafts), 'draft')}; {len(set(question_ids)) - len(drafts)} not kept.")


@app.command("remove")
def remove(
    question_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]", help="The ids that `questions list` shows.")
    ] = None,
    before: Annotated[
        date | None,
        typer.Option(parser=date.fromisoformat, metavar="YYYY-MM-DD", help="What was asked before this day (UTC)."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were asked; feedback stays.")] = False,
) -> None:
    """Remove questions for good: these with the feedback that came with them, or all that were asked before a day."""
    from assistant.settings import load_settings
    from corpus.store import open_service_store

    if sum((bool(question_ids), before is not None, everything)) != 1:
        raise typer.BadParameter("name ids, or a day with --before, or --all.", param_hint="ID")
    with open_service_store(load_settings().data_folder) as store:
        removed = store.asked.forget(question_ids) if question_ids else store.asked.remove(before or date.max)
    say(f"{removed} removed.")


def _show(group: QuestionGroup) -> None:
    first, *others = group.questions
    say(f"{group.times:>6}  {group.last}  {first.id}  {one_line(first.question)}")
    for other in others[:_SHOWN_WORDINGS]:
        say(f"{other.times:>18}  {other.id}  {one_line(other.question)}")
    if others[_SHOWN_WORDINGS:]:
        tell(f"{len(others) - _SHOWN_WORDINGS} further wordings; --json lists all.")
