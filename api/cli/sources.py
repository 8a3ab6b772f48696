"""Commands on sources: addresses whose articles are fetched again and again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.auditing import CommandAudit
from api.cli.ingesting import leave_with, said
from api.cli.options import AsJson
from api.cli.terminal import one_line, say, say_json, tell

if TYPE_CHECKING:
    from api.wire.sources import SourceBody

app = typer.Typer(
    help="Have articles fetched from pages, feeds and sitemaps, again and again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_SHOWN_PROBLEMS = 3
"""Of each source, in a list for people; --json has more."""

Every = Annotated[
    float | None,
    typer.Option(
        "--every", metavar="HOURS", min=1 / 60, max=8760, help="Hours between two visits, give or take a tenth."
    ),
]


@app.command("add")
def add_source(
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of a page, a feed or a sitemap.")],
    every_hours: Every = None,
    as_json: AsJson = False,
) -> None:
    """Add an address; `assistant serve` visits it at once and then on its schedule.

    RSS, Atom and JSON Feed are read, and sitemaps with their indexes. Adding it again makes it due.
    """
    from datetime import UTC, datetime

    from api.wire.sources import source_body
    from assistant.ingestion.web import checked_address
    from assistant.settings import load_settings
    from corpus.store import open_store

    checked = checked_address(url)
    settings = load_settings()
    with open_store(settings.data_folder) as store:
        source = store.sources.add(checked, datetime.now(UTC), every_hours and every_hours * 3600)
    body = source_body(source, settings.sources.refresh_hours)
    if as_json:
        say_json(body)
        return
    say(f"{body.id}  {one_line(body.url)}")
    tell(f"A running service visits it now; without one: assistant sources refresh {body.id}")


@app.command("list")
def list_sources(as_json: AsJson = False) -> None:
    """List sources: their articles, what became of the last visit, and when the next one is (UTC)."""
    from api.wire.sources import sources_body
    from assistant.settings import load_settings
    from corpus.store import open_store

    settings = load_settings()
    with open_store(settings.data_folder) as store:
        body = sources_body(store.sources.all(), settings.sources.refresh_hours)
    if as_json:
        say_json(body)
        return
    for source in body.data:
        _show(source)
    if not body.data:
        tell("There are no sources; `assistant sources add URL` adds one.")


@app.command("refresh")
def refresh(
    source_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="The ids that `sources list` shows; without any, all.")
    ] = None,
    sync: Annotated[
        bool,
        typer.Option("--sync", help="Ask for all known pages, and remove articles whose pages are gone (404, 410)."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Visit sources now; only what changed since the last visit is fetched."""
    from assistant.ingestion.web import refresh_sources
    from assistant.settings import load_settings

    settings = load_settings()
    work = partial(refresh_sources, settings, source_ids or (), sync)
    leave_with(said(work, not as_json, CommandAudit(settings, "sources refresh")), as_json)


@app.command("remove")
def remove_sources(
    source_ids: Annotated[list[str], typer.Argument(metavar="ID", help="The ids that `sources list` shows.")],
) -> None:
    """Visit sources no more. Their articles stay; `assistant articles remove` removes some."""
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        for source_id in source_ids:
            store.sources.remove(source_id)
    say(f"{len(source_ids)} removed.")


def _show(source: SourceBody) -> None:
    title = f"  {one_line(source.title)}" if source.title else ""
    say(f"{source.id}  {source.kind or 'unknown'}  {one_line(source.url)}{title}")
    last = f"{source.last_visit:%Y-%m-%d %H:%M}: {one_line(source.outcome or '')}" if source.last_visit else "never"
    say(f"  {source.articles} articles  last visit {last}  next {source.next_visit:%Y-%m-%d %H:%M}")
    for problem in source.problems[:_SHOWN_PROBLEMS]:
        say(f"  {one_line(problem.url)}: {one_line(problem.reason)}")
