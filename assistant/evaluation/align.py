"""Aligning gold spans with the articles: by their letters, since a gold file counts in the source and we in its text.

A source may have marks, line breaks and addresses of links that the article's text leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from assistant.evaluation.documents import FindArticle
from assistant.evaluation.gold import GoldEvidence, GoldNugget, GoldQuestion, GoldStatement
from corpus.article import Article
from corpus.keyed import Keyed
from corpus.readers.text_blocks import structure_of_text

_KEPT = 64
"""Articles whose letters are held in memory: gold files ask of one document after the other."""

_Stated = TypeVar("_Stated", GoldQuestion, GoldNugget, GoldStatement)
"""What has evidence."""


def align(questions: Sequence[GoldQuestion], find_article: FindArticle) -> list[GoldQuestion]:
    """Return the questions with each piece of evidence, of their nuggets and of what is forbidden, too, as it stands in
    its article; what is nowhere there stays."""
    return [
        _with_evidence(question, find_article).model_copy(
            update={
                "nuggets": tuple(_with_evidence(nugget, find_article) for nugget in question.nuggets),
                "forbidden": tuple(_with_evidence(statement, find_article) for statement in question.forbidden),
            }
        )
        for question in questions
    ]


def _with_evidence(stated: _Stated, find_article: FindArticle) -> _Stated:
    evidence = tuple(_aligned(item, find_article(item.doc_id)) for item in stated.evidence)
    return stated.model_copy(update={"evidence": evidence})


def _aligned(item: GoldEvidence, article: Article | None) -> GoldEvidence:
    if article is None or not item.text or _stands(item, article):
        return item
    letters, offsets = _letters_of(Keyed(article.content_hash, article))
    for text in (item.text, structure_of_text(item.text, "markdown").text):
        wanted = "".join(letter for letter, _ in _letters(text))
        if places := list(_occurrences(letters, wanted)):
            # Of several places the one about as far down as it was in the source.
            expected = item.start or 0
            place = min(places, key=lambda one: abs(offsets[one] - expected))
            start, end = offsets[place], offsets[place + len(wanted) - 1] + 1
            return item.model_copy(
                update={"text": article.text[start:end], "start": None if item.start is None else start}
            )
    return item


def _stands(item: GoldEvidence, article: Article) -> bool:
    return item.text in article.text if item.start is None else article.text.startswith(item.text, item.start)


@lru_cache(_KEPT)
def _letters_of(keyed: Keyed[Article]) -> tuple[str, list[int]]:
    found = list(_letters(keyed.value.text))
    return "".join(letter for letter, _ in found), [offset for _, offset in found]


def _letters(text: str) -> Iterator[tuple[str, int]]:
    """Yield each letter and digit in lower case, with its place; one character stays one."""
    for offset, character in enumerate(text):
        if character.isalnum():
            lower = character.lower()
            yield lower if len(lower) == 1 else character, offset


def _occurrences(letters: str, wanted: str) -> Iterator[int]:
    place = letters.find(wanted) if wanted else -1
    while place >= 0:
        yield place
        place = letters.find(wanted, place + 1)
