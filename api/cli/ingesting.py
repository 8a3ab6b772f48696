"""`assistant ingest` and `assistant rebuild`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.auditing import CommandAudit
from api.cli.options import AsJson, Ray
from api.cli.progress import showing_progress
from api.cli.terminal import one_line, say, say_json, tell
from api.problems import ExitCode
from corpus.article import Action, Outcome

if TYPE_CHECKING:
    from assistant.ingestion.report import IngestReport, OnProgress, Report
    from assistant.settings import Settings
    from corpus.readers.rows import Columns

_MOST_KINDS_SHOWN = 8
_MAX_ENDING_CHARS = 12

_STOPPED = "Stopped. Every article that was reported is kept; the same command goes on from there."
_REFERS_TO = {Action.DUPLICATE: " of ", Action.CONFLICT: " with "}

_OWN_IDENTITY = "; give it a url in its front matter, or ingest the folder above both"
"""The way out for two files that are called the same in two folders."""


def ingest(
    places: Annotated[
        list[str],
        typer.Argument(metavar="PATH|URL", help="Files or folders of articles; addresses of pages, feeds or sitemaps."),
    ],
    sync: Annotated[
        bool, typer.Option("--sync", help="Also remove articles whose source is gone from these places.")
    ] = False,
    if_empty: Annotated[
        bool,
        typer.Option("--if-empty", help="Read nothing when there are articles already; only finish what was stopped."),
    ] = False,
    columns: Annotated[
        str,
        typer.Option(
            metavar="FIELD=NAME,...",
            help="Columns of tables that are called otherwise, such as text=body,title=headline.",
        ),
    ] = "",
    ray: Ray = None,
    as_json: AsJson = False,
) -> None:
    """Read articles into the data folder and build the index.

    Markdown with front matter, plain text, HTML, PDF, Word (.docx), OpenDocument (.odt), EPUB, RTF, reStructuredText,
    e-mails (.eml), tables whose rows are articles (.csv, .tsv, .jsonl) and BEIR corpus.jsonl are read. Articles that
    did not change are counted, not listed, and so are files of other kinds. It can be stopped and run again at any
    time. Addresses are fetched once; `sources add` has them fetched again and again.
    """
    from assistant.settings import load_settings

    settings = load_settings()
    if if_empty and _holds_articles(settings):
        places = []
    work = partial(_ingest, settings, places, sync, _columns(columns), ray)
    leave_with(said(work, not as_json, CommandAudit(settings, "ingest")), as_json)


def reread(as_json: AsJson = False) -> None:
    """Read stored articles again from their sources, where a newer version of this program makes more of them.

    Files are read where they were, posted articles as they were sent. What cannot be read stays as it is.
    """
    from assistant.ingestion.ingest import reread_articles
    from assistant.settings import load_settings

    settings = load_settings()
    log = CommandAudit(settings, "reread")
    leave_with(said(partial(reread_articles, settings), not as_json, log), as_json)


def rebuild() -> None:
    """Build the index anew from the stored articles.

    What has been embedded before is not embedded again.
    """
    from assistant.ingestion.ingest import rebuild_index
    from assistant.settings import load_settings

    with showing_progress() as progress:
        rebuild_index(load_settings(), on_progress=progress)
    say("The index is rebuilt.")


def leave_with(report: IngestReport, as_json: bool) -> None:
    """Print what became of everything, and leave with a code that says whether something was left out."""
    if as_json:
        from api.wire.ingest_report import ingest_body

        say_json(ingest_body(report))
    else:
        say(_summary(report))
    if report.unreadable or report.counts.get(Action.CONFLICT):
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)


def _holds_articles(settings: Settings) -> bool:
    from corpus.store import open_store_writer

    # As the writer, who brings a folder of an older version up to date.
    with open_store_writer(settings.data_folder) as store:
        return store.articles.count() > 0


def _columns(written: str) -> Columns:
    from corpus.readers.rows import BadColumns, columns_of

    try:
        return columns_of(written)
    except BadColumns as problem:
        raise typer.BadParameter(str(problem), param_hint="--columns") from None


def _ingest(
    settings: Settings,
    places: list[str],
    sync: bool,
    columns: Columns,
    ray: str | None,
    on_outcome: Callable[[Report], None],
    on_progress: OnProgress,
) -> IngestReport:
    from assistant.ingestion.ingest import ingest_paths
    from assistant.ingestion.report import joined
    from assistant.ingestion.web import ingest_addresses, is_address

    addresses = [place for place in places if is_address(place)]
    paths = [Path(place) for place in places if not is_address(place)]
    reports = []
    if paths or not addresses:
        reports.append(ingest_paths(settings, paths, sync, on_outcome, on_progress, columns, ray))
    if addresses:
        reports.append(ingest_addresses(settings, addresses, sync, on_outcome, on_progress))
    return joined(reports)


def said(work: Callable[..., IngestReport], listing: bool, log: CommandAudit) -> IngestReport:
    """Do `work`, saying what becomes of each article as it goes on; of outcomes only when `listing`."""

    def report(news: Report) -> None:
        if not isinstance(news, Outcome):
            tell(one_line(f"{news.source}: {news.reason}"))
            return
        log.note_outcomes([news])
        if listing and news.action not in (Action.UNCHANGED, Action.DELETED):
            say(_line(news))

    try:
        with showing_progress() as progress:
            return work(on_outcome=report, on_progress=progress)
    except KeyboardInterrupt:
        tell(_STOPPED)
        raise


def _line(outcome: Outcome) -> str:
    """Return `created article.md`, or `duplicate b.md of a.md`."""
    other = f"{_REFERS_TO.get(outcome.action, ' ')}{outcome.other}" if outcome.other else ""
    is_name = outcome.action is Action.CONFLICT and "://" not in outcome.external_id
    return one_line(f"{outcome.action} {outcome.external_id}{other}{_OWN_IDENTITY if is_name else ''}")


def _summary(report: IngestReport) -> str:
    """Return `12 created, 1 could not be read.`, and on a second line what was left out."""
    counts: dict[str, int] = {action.value: report.counts.get(action, 0) for action in Action}
    counts |= {"removed": len(report.removed), "could not be read": len(report.unreadable)}
    told = [f"{count} {what}" for what, count in counts.items() if count]
    return ", ".join(told or ["Nothing to do"]) + "." + _left_out(report.left_out)


def _left_out(counts: Mapping[str, int]) -> str:
    """Return `4 files of other kinds left out (.png 3, without ending 1).` on a line of its own, or nothing."""
    if not counts:
        return ""
    shown = list(counts.items())[:_MOST_KINDS_SHOWN]
    kinds = [f"{one_line(ending)[:_MAX_ENDING_CHARS] or 'without ending'} {count}" for ending, count in shown]
    more = [f"others {rest}"] if (rest := sum(counts.values()) - sum(count for _, count in shown)) else []
    total = sum(counts.values())
    return f"\n{total} {'file' if total == 1 else 'files'} of other kinds left out ({', '.join(kinds + more)})."
