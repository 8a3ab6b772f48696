"""`assistant verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsJson, Languages, Publishers, Since, Until, article_filter
from api.cli.terminal import one_line, say, say_json

if TYPE_CHECKING:
    from api.wire.verification import SourceQuoteBody, VerificationBody
    from assistant.groundedness.check_text import Source

Against = Annotated[
    list[Path] | None,
    typer.Option(
        "--against", metavar="FILE", help="A file to check against, of any kind that is ingested; repeatable."
    ),
]


def verify(
    text: Annotated[str, typer.Argument(help="The sentences to check, in quotes; - reads them from standard input.")],
    against: Against = None,
    publisher: Publishers = None,
    language: Languages = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Check each sentence of a text against files, or else against the articles."""
    from api.wire.verification import verification_body
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    written = typer.get_text_stream("stdin", errors="replace").read() if text == "-" else text
    if against and (publisher or language or since or until):
        raise typer.BadParameter("Filters choose among the articles; leave them out with --against.")
    sources = list(_sources(against)) if against else None
    wanted = article_filter(publisher, language, since, until)
    with Assistant.open(load_settings()) as assistant:
        checked = assistant.check(written, sources, wanted)
    body = verification_body(written, sources, checked)
    if as_json:
        say_json(body)
    else:
        say("\n".join(_lines(body, sources)))


def _sources(files: list[Path]) -> Iterator[Source]:
    """Yield what can be read in the files. Raises `UnreadableSource`."""
    from assistant.groundedness.check_text import Source
    from corpus.article import Article
    from corpus.errors import UnreadableSource
    from corpus.readers.dispatch import read_articles

    for file in files:
        found = list(read_articles(file))
        for reading in found:
            if isinstance(reading, UnreadableSource):
                raise reading
        articles = [reading for reading in found if isinstance(reading, Article)]
        if not articles:
            raise UnreadableSource(str(file), "there is no text in it that could be read.")
        yield from (Source(article.title, article.published, article.text) for article in articles)


def _lines(body: VerificationBody, sources: list[Source] | None) -> Iterator[str]:
    for sentence in body.sentences:
        faults = f"; {', '.join(sentence.faults)}" if sentence.faults else ""
        verdict = sentence.verdict.replace("_", " ")
        yield f"{verdict} ({sentence.probability:.2f}{faults}): {one_line(sentence.text)}"
        for quote in sentence.evidence:
            yield f"    {_title(quote, sources)}: {one_line(quote.quote)}"
    measured = body.measured
    yield (
        f"Of sentences called supported, {measured.wrong_among_supported:.0%} were wrong on {measured.claims:,} "
        f"written to mislead; {measured.kept:.0%} of the right ones were called so."
    )


def _title(quote: SourceQuoteBody, sources: list[Source] | None) -> str:
    if sources is not None and quote.source is not None:
        return one_line(sources[quote.source].title)
    return one_line(quote.article.title) if quote.article else ""
