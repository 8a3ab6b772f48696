"""Evidence from articles with blocks, made by hand."""

from __future__ import annotations

from assistant.answer import Evidence
from corpus.article import Article, article_id, content_hash
from corpus.readers.text_blocks import structure_of_text
from corpus.units import units_of
from tests.assistant.evidence import make_hit


def structured_article(text: str, markup: str = "markdown", name: str = "one") -> Article:
    found = structure_of_text(text, markup)
    return Article(
        article_id(name), name, f"/articles/{name}", "Title", found.text, content_hash(found.text), blocks=found.blocks
    )


def unit_evidence(article: Article, text: str, short: str | None = None) -> Evidence:
    """The unit of `article` with this text, and the short answer in it."""
    unit = next(one for one in units_of(article) if article.text[one.start : one.end] == text)
    place = None
    if short is not None:
        start = article.text.index(short, unit.start)
        place = (start, start + len(short))
    return Evidence(make_hit(article), unit.start, unit.end, 0.5, short=place, unit=unit)
