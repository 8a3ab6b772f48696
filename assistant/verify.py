"""Verifying: the only place that makes a `Citation`, and only when the stored text carries it.

What a draft claims is checked here against the article, character by character; a sentence that keeps no citation
is dropped. That a quote exists does not make it relevant: relevance is the reader's and the judge's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from assistant.answer import Citation, Evidence, Sentence, Span, Support
from assistant.writer import Draft, DraftSentence
from corpus.article import Article, content_hash

StoredArticle = Callable[[str, str], Article | None]
"""(article id, content hash) -> that version as it is stored, or None when it is no longer there."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The text that survived, its sentences and their citations; empty when nothing did.

    `short` is the answer in a few words: part of the quote of the sentence that answers best.
    """

    text: str = ""
    short: str | None = None
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(slots=True)
class _Composition:
    """The answer as it grows, sentence by sentence."""

    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def add(self, sentence: str, evidence: Sequence[Evidence]) -> None:
        start = len(self.text) + 1 if self.text else 0
        span = Span(start, start + len(sentence))
        made = [
            _citation(f"c{number}", item, span) for number, item in enumerate(evidence, start=len(self.citations) + 1)
        ]
        self.text = f"{self.text} {sentence}" if self.text else sentence
        self.citations += made
        self.evidence += evidence
        self.sentences.append(Sentence(span, Support.VERBATIM, tuple(citation.id for citation in made)))


def verify(draft: Draft, stored: StoredArticle) -> Verified:
    """What of `draft` the stored text carries. Never raises; never adds a citation that was not claimed."""
    intact = cache(partial(_intact, stored))  # several sentences may rest on one article
    answer = _Composition()
    for sentence in draft:
        if carried := _carried(sentence, intact):
            answer.add(sentence.text, carried)
    return Verified(answer.text, _short(answer.evidence), tuple(answer.sentences), tuple(answer.citations))


def _short(evidence: Sequence[Evidence]) -> str | None:
    """The answer span of the best evidence; None where several parts were asked, which no one span answers."""
    if len({item.part for item in evidence}) != 1:
        return None
    best = max(evidence, key=lambda item: (item.short is not None, item.support))
    if best.short is None or not best.start <= best.short[0] < best.short[1] <= best.end:
        return None
    return best.text[best.short[0] - best.start : best.short[1] - best.start]


def _intact(stored: StoredArticle, article_id: str, version: str) -> Article | None:
    """The stored article, unless its text is not the one that its hash names."""
    article = stored(article_id, version)
    return article if article and content_hash(article.text) == article.content_hash else None


def _carried(sentence: DraftSentence, intact: StoredArticle) -> list[Evidence]:
    """The evidence that stands in the store, if the first of it is the sentence itself; else nothing."""
    carried = [item for item in sentence.evidence if _stands_in_store(item, intact)]
    return carried if carried and carried[0].text == sentence.text else []


def _stands_in_store(item: Evidence, intact: StoredArticle) -> bool:
    article = intact(item.hit.article.id, item.hit.article.content_hash)
    return (
        article is not None
        and 0 <= item.start < item.end <= len(article.text)
        and article.text[item.start : item.end] == item.text
    )


def _citation(name: str, item: Evidence, answer_span: Span) -> Citation:
    return Citation(name, item.hit, item.text, Span(item.start, item.end), answer_span)
