"""All commands under one name."""

from __future__ import annotations

import typer

from api.cli import (
    articles,
    asking,
    chatting,
    evaluating,
    feedback,
    folder,
    gold,
    ingesting,
    jobs,
    keys,
    links,
    mcp,
    model,
    questions,
    serving,
    sources,
    verifying,
    watch,
)

app = typer.Typer(
    name="assistant",
    help="Puts articles in and gets answers out; every sentence of an answer carries a checked citation.",
    epilog="The data folder is ./data, or what ASSISTANT_DATA says.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help needs no markup library at start, and unexpected errors are told by `api.cli.main`.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command()(ingesting.ingest)
app.command()(asking.ask)
app.command()(chatting.chat)
app.command()(asking.search)
app.command()(verifying.verify)
app.command()(serving.serve)
app.command()(serving.worker)
app.command()(mcp.mcp)
app.command()(folder.status)
app.command()(ingesting.rebuild)
app.command()(ingesting.reread)
app.add_typer(articles.app, name="articles")
app.add_typer(jobs.app, name="jobs")
app.add_typer(sources.app, name="sources")
app.add_typer(watch.app, name="watch")
app.add_typer(evaluating.app, name="evaluate")
app.add_typer(gold.app, name="gold")
app.add_typer(keys.app, name="keys")
app.add_typer(links.app, name="links")
app.add_typer(feedback.app, name="feedback")
app.add_typer(questions.app, name="questions")
app.add_typer(model.app, name="model")
app.command()(folder.backup)
app.command()(folder.restore)
app.command()(folder.copy)
