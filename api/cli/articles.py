"""`assistant articles list|show|remove`."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import AsJson
from api.cli.progress import showing_progress
from api.cli.terminal import one_line, say, say_json, tell
from api.problems import ExitCode

app = typer.Typer(help="List, show and remove stored articles.", no_args_is_help=True, rich_markup_mode=None)

ArticleId = Annotated[str, typer.Argument(metavar="ID", help="The id that `articles list` shows.")]


@app.command("list")
def list_articles(
    publisher: Annotated[str | None, typer.Option(help="Only articles of this publisher.")] = None,
    contains: Annotated[str | None, typer.Option(help="Only titles that contain this.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ID", help="Start behind this article.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many to list at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List stored articles, in a stable order."""
    from api.wire.articles import article_list_body
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        found = store.articles.list(after=after, limit=limit + 1, publisher=publisher, contains=contains)
    body = article_list_body(found, limit)
    if as_json:
        say_json(body)
        return
    for article in body.data:
        day = article.published.isoformat() if article.published else "no date   "
        say(f"{article.article_id}  {day}  {one_line(article.title)}")
    if body.next_cursor:
        tell(f"There are more: --after {body.next_cursor}")


@app.command("show")
def show_article(
    article_id: ArticleId,
    version: Annotated[str | None, typer.Option(metavar="HASH", help="An older version, by its content hash.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one article: what is known of it, its versions, its text."""
    from api.wire.articles import article_body
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        body = article_body(store.articles.get(article_id, version), store.articles.versions(article_id))
    if as_json:
        say_json(body)
        return
    for name, value in body.model_dump(mode="json", exclude={"text", "versions", "object"}).items():
        if value is not None:
            say(f"{name + ':':<14}{one_line(str(value))}")
    for held in body.versions:
        say(f"{'version:':<14}{held.content_hash}")
    say(f"\n{body.text}")


@app.command("remove")
def remove_articles(
    article_ids: Annotated[list[str], typer.Argument(metavar="ID", help="The articles to remove.")],
) -> None:
    """Remove articles with all their versions, and their text from the index."""
    from api.cli.auditing import CommandAudit
    from assistant.ingestion.ingest import remove_articles as remove
    from assistant.settings import load_settings

    settings = load_settings()
    log = CommandAudit(settings, "articles remove")
    with showing_progress() as progress:
        removed = remove(settings, article_ids, lambda outcome: log.note_outcomes([outcome]), progress)
    say(f"{removed} removed.")
    missing = len(set(article_ids)) - removed
    if missing:
        tell(f"{missing} of these ids are not stored; `assistant articles list` shows those that are.")
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)
