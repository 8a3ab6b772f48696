"""`assistant ask` and `assistant search`."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, Languages, Publishers, Since, Until, article_filter
from api.cli.terminal import say, say_json

if TYPE_CHECKING:
    from assistant.conversation.rewriter import Message


def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    publisher: Publishers = None,
    language: Languages = None,
    since: Since = None,
    until: Until = None,
    history: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='What was said before: JSON like [{"role": "user", "content": "..."}, {"role": "assistant", ...}].',
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why: signals, thresholds, the nearest evidence and votes of judges.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the articles, with checked citations."""
    from api.cli.show_answer import answer_lines
    from api.wire.answer import answer_body
    from api.wire.body import new_id
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    wanted = article_filter(publisher, language, since, until)
    said = _read(history) if history else ()
    with Assistant.open(load_settings()) as assistant:
        answer = assistant.ask(question, wanted, said)
    body = answer_body(answer, new_id("req"), explain)
    if as_json:
        say_json(body)
    else:
        say("\n".join(answer_lines(body)))


def _read(history: Path) -> tuple[Message, ...]:
    # It comes with all that HTTP needs, which takes a third of a second.
    from api.cli.history import read_history

    return read_history(history)


def search(
    query: Annotated[str, typer.Argument(help="What to search for, in quotes.")],
    publisher: Publishers = None,
    language: Languages = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many passages to show at most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find the passages that say something about this, best first."""
    from api.cli.show_answer import hit_lines
    from api.wire.search import search_body
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    wanted = article_filter(publisher, language, since, until)
    with Assistant.open(load_settings()) as assistant:
        started = perf_counter()
        found = assistant.search(query, wanted, limit)
        body = search_body(found.hits, found.generation, (perf_counter() - started) * 1000)
    if as_json:
        say_json(body)
    else:
        say("\n".join(hit_lines(body.data)) or "Nothing was found.")
