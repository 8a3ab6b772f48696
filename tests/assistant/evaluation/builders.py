"""Short ways to say what a test is about: a question, an answer, and articles in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.evaluation.case import Case
from assistant.evaluation.documents import FindArticle
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures.measure import Measure, QuestionMeasure, Undefined
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.scoring import Figure, QuestionScores, figure, make_cases, score_case
from corpus.article import Article, article_id, content_hash


def gold(id_: str = "q1", question: str = "Who spoke?", **fields: Any) -> GoldQuestion:
    return GoldQuestion.model_validate({"id": id_, "question": question, **fields})


def predicted(id_: str = "q1", answer: str = "", **fields: Any) -> Prediction:
    return Prediction.model_validate({"id": id_, "answer": answer, **fields})


def cited(quote: str, doc_id: str = "d1", start: int = 0, **fields: Any) -> dict[str, Any]:
    return {"doc_id": doc_id, "start": start, "end": start + len(quote), "quote": quote, **fields}


def found(*doc_ids: str) -> list[dict[str, Any]]:
    """What a search found, best first."""
    return [{"doc_id": doc_id, "score": 1 - rank / 1000} for rank, doc_id in enumerate(doc_ids)]


def case(question: GoldQuestion, prediction: Prediction, **fields: Any) -> Case:
    return Case(question, prediction, **fields)


def articles(texts: Mapping[str, str], publisher: str | None = None) -> FindArticle:
    """Articles in memory, by the id that gold files use."""
    made = {
        doc_id: Article(
            id=article_id(doc_id),
            external_id=doc_id,
            origin=doc_id,
            title=doc_id.upper(),
            text=text,
            content_hash=content_hash(text),
            publisher=publisher,
        )
        for doc_id, text in texts.items()
    }
    return made.get


def value(measure: QuestionMeasure, question: GoldQuestion, prediction: Prediction, **fields: Any) -> float | None:
    """The measure of one question; None when it is undefined."""
    score = measure.score(case(question, prediction, **fields))
    return None if isinstance(score, Undefined) else score


def scored(questions: list[GoldQuestion], predictions: list[Prediction]) -> list[QuestionScores]:
    cases = make_cases(questions, {prediction.id: prediction for prediction in predictions})
    return [score_case(one) for one in cases]


def figure_of(measure: Measure, questions: list[GoldQuestion], predictions: list[Prediction]) -> Figure:
    return figure(measure, scored(questions, predictions))
