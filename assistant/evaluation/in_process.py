"""Asks an assistant of this process."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from json import dumps

from assistant.answer import Answer, Citation
from assistant.ask import Assistant
from assistant.conversation.rewriter import Message
from assistant.errors import BadQuestion
from assistant.evaluation.documents import FindArticle, content_of, find_in_store
from assistant.evaluation.errors import NothingToAsk
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.predictions import (
    PredictedCitation,
    PredictedSection,
    Prediction,
    PredictionStatus,
    RetrievedPassage,
)
from assistant.evaluation.run_questions import SEARCH_DEPTH
from assistant.settings import Settings
from corpus.article import ArticleFilter, article_id
from index.hit import Hit
from index.retriever import RetrievalResult

_PLACES = 4
"""Of a confidence, as many as HTTP gives, so that both ways of asking tell the same."""


class AssistantAsker:
    """Asks `assistant`, which was opened with `settings`."""

    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._settings = settings
        self.find_article: FindArticle = find_in_store(assistant.store)

    def describe(self) -> Mapping[str, str]:
        store = self._assistant.store
        live = store.generations.live()
        if not store.articles.count():
            raise NothingToAsk(
                f"There are no articles in {self._settings.data}; add some with `assistant ingest PATH`, or name them "
                "with --corpus."
            )
        return {
            "asked": "this process",
            "generation": live.name if live else "none",
            "change": str(store.changes.seq()),
            "articles": content_of(store),
            "finding": dumps(asdict(self._settings.retrieval)),  # its name in run folders since the first
            "answering": dumps(asdict(self._settings.answering)),
        }

    def peak_memory_mb(self) -> float:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6

    def ask(self, question: GoldQuestion) -> Prediction:
        try:
            answer = self._assistant.ask(question.question, filters(question), history(question))
            found = self.search(question)
        except BadQuestion as error:
            return Prediction(id=question.id, status=PredictionStatus.FAILED, error=str(error))
        return _prediction(question.id, answer, found)

    def search(self, question: GoldQuestion) -> tuple[RetrievedPassage, ...]:
        """Return what is found for `question` after its history, in what it may search, to `SEARCH_DEPTH`."""
        found = self._assistant.search(question.question, filters(question), SEARCH_DEPTH, history(question))
        return retrieved(found)


def retrieved(found: RetrievalResult) -> tuple[RetrievedPassage, ...]:
    return tuple(map(_retrieved, found.hits))


def filters(question: GoldQuestion) -> ArticleFilter:
    """Return the filter for what `question` may search: everything, unless it has documents of its own."""
    return ArticleFilter(article_id=tuple(map(article_id, question.documents)))


def history(question: GoldQuestion) -> tuple[Message, ...]:
    return tuple(Message(message.role, message.content) for message in question.history)


def _prediction(question_id: str, answer: Answer, retrieved: tuple[RetrievedPassage, ...]) -> Prediction:
    return Prediction(
        id=question_id,
        status=PredictionStatus(answer.status),
        answer=answer.text,
        short=answer.short,
        confidence=round(answer.confidence, _PLACES),
        citations=tuple(map(_citation, answer.citations)),
        retrieved=retrieved,
        timings_ms=answer.timings_ms,
        verdict=answer.verdict.value if answer.verdict else None,
        kind=answer.kind,
        sections=tuple(
            PredictedSection(kind=one.head.kind, label=one.head.label, sentences=one.sentences)
            for one in answer.sections
        ),
        conflicts=len(answer.conflicts),
        standalone_question=answer.standalone_question,
        generation=answer.generation,
    )


def _citation(citation: Citation) -> PredictedCitation:
    return PredictedCitation(
        doc_id=citation.hit.article.external_id,
        start=citation.source_span.start,
        end=citation.source_span.end,
        quote=citation.quote,
        answer_start=citation.answer_span.start,
        answer_end=citation.answer_span.end,
    )


def _retrieved(hit: Hit) -> RetrievedPassage:
    return RetrievedPassage(
        doc_id=hit.article.external_id,
        start=hit.passage.start,
        end=hit.passage.end,
        score=hit.score,
        copies=tuple(copy.article.external_id for copy in hit.copies),
    )
