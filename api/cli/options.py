"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from corpus.article import ArticleFilter
from corpus.text.language import primary_language

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for a program to read.")]
Publishers = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="NAME", help="Only articles of this publisher; may be repeated."),
]

Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Have a Ray cluster do it: HOST:PORT, `auto` for the one this machine is of, `local` for its own cores.",
    ),
]


def _language(tag: str) -> str:
    language = primary_language(tag)
    if language is None:
        raise typer.BadParameter("it is no language tag, such as en or pt-BR.")
    return language


Languages = Annotated[
    list[str] | None,
    typer.Option("--language", parser=_language, metavar="CODE", help="Only this language, like en; may be repeated."),
]
Since = Annotated[
    date | None,
    typer.Option("--from", parser=date.fromisoformat, metavar="YYYY-MM-DD", help="Published on this day or later."),
]
Until = Annotated[
    date | None,
    typer.Option("--to", parser=date.fromisoformat, metavar="YYYY-MM-DD", help="Published on this day or before."),
]


def article_filter(
    publishers: list[str] | None, languages: list[str] | None, since: date | None, until: date | None
) -> ArticleFilter:
    return ArticleFilter(
        publisher=tuple(publishers or ()),
        language=tuple(languages or ()),
        published_from=since,
        published_to=until,
    )
