"""Articles, hits and answers made by hand, for tests of how they look."""

from __future__ import annotations

from datetime import date
from typing import Self

from assistant.answer import (
    PLAIN,
    Answer,
    Citation,
    Evidence,
    NoAnswerReason,
    Section,
    SectionHead,
    Sentence,
    Span,
    Status,
    Support,
)
from corpus.article import Article, Passage, article_id, content_hash
from index.hit import Hit, Scores


def article(name: str, text: str, **known: object) -> Article:
    fields: dict[str, object] = {
        "id": article_id(name),
        "external_id": name,
        "origin": f"/articles/{name}.md",
        "title": name.capitalize(),
        "text": text,
        "content_hash": content_hash(text),
        "publisher": "Example Times",
        "published": date(2025, 7, 26),
        "date_source": "front-matter",
        "language": "en",
    }
    return Article(**{**fields, **known})  # type: ignore[arg-type]  # the fields are named as Article's


def hit(of: Article, start: int = 0, end: int | None = None, copies: tuple[Hit, ...] = ()) -> Hit:
    end = len(of.text) if end is None else end
    passage = Passage(f"p-{of.id}-{start}", of.id, of.content_hash, start, end, "key")
    return Hit(passage, of, 0.8754321, Scores(0.5, 12.25), copies)


def answered(
    question: str, quoted: list[tuple[Hit, str]], uncited: tuple[Hit, ...] = (), head: SectionHead = PLAIN
) -> Answer:
    """An answer of one sentence for each quote, joined by a space, in one section."""
    citations, sentences, text = [], [], ""
    for number, (found, quote) in enumerate(quoted, start=1):
        text += " " if text else ""
        where = Span(len(text), len(text) + len(quote))
        text += quote
        begin = found.article.text.index(quote)
        citations.append(Citation(f"c{number}", found, quote, Span(begin, begin + len(quote)), where))
        sentences.append(Sentence(where, Support.VERBATIM, (f"c{number}",)))
    hits = dict.fromkeys((*uncited, *(found for found, _ in quoted)))
    return Answer(
        question=question,
        status=Status.ANSWERED,
        text=text,
        confidence=0.91,
        sentences=tuple(sentences),
        sections=(Section(head, tuple(range(len(sentences)))),),
        citations=tuple(citations),
        hits=tuple(hits),
        nearest=tuple(Evidence(found, 0, 5, 0.75, {"meaning": 0.5, "answers": 0.125}) for found in hits),
        generation="g-1",
        signals={"support": 0.75, "support_needed": 0.5},
        timings_ms={"search": 14.00004, "total": 47.0},
    )


def refused(question: str, reason: NoAnswerReason, hits: tuple[Hit, ...] = ()) -> Answer:
    return Answer(question=question, status=Status.NO_ANSWER, no_answer_reason=reason, hits=hits)


class StandIn:
    """Stands where the assistant stands; whoever calls, they get this very one."""

    def for_caller(self, *_: object, **__: object) -> Self:
        return self

    def remembered_questions(self) -> tuple[int, int]:
        return 0, 0
