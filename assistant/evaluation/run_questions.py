"""Asking every gold question, whoever answers; each is kept as soon as it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from assistant.evaluation.documents import FindArticle
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.predictions import Prediction, append_prediction, resume_predictions

SEARCH_DEPTH = 100
"""Passages looked at by retrieval measures; a document's rank must not depend on how few are read."""

PredictEach = Callable[[Sequence[GoldQuestion]], Iterable[Prediction]]
"""Yields a prediction for each question, in their order."""

OnAnswer = Callable[[int, int, GoldQuestion, Prediction], None]
"""Called with the number of questions answered, that of all, the newest question and its prediction."""


class Asker(Protocol):
    """A system that can be asked. One question at a time, so that times are those of a quiet system."""

    @property
    def find_article(self) -> FindArticle: ...

    def describe(self) -> Mapping[str, str]:
        """Return all that answers depend on: a stopped run goes on only where it is the same.

        Raises `NothingToAsk` when there are no articles.
        """

    def peak_memory_mb(self) -> float | None:
        """Return the largest resident size so far of the process that answers, in MB; None when it cannot be seen."""

    def ask(self, question: GoldQuestion) -> Prediction:
        """Return the answer, and what a search to `SEARCH_DEPTH` finds for it.

        A question that the system refuses to take is a failed prediction; raises `ServerFailed` and the rooms'
        errors when no question can be asked any more.
        """


def ask_all(
    questions: Sequence[GoldQuestion],
    asker: Asker,
    file: Path,
    on_answer: OnAnswer | None = None,
    predict_each: PredictEach | None = None,
) -> dict[str, Prediction]:
    """Return a prediction for each question; those that `file` already holds are not asked again.

    `asker` is asked, one question after the other, unless `predict_each` has others asked.
    """
    predictions = resume_predictions(file)
    to_ask = [question for question in questions if question.id not in predictions]
    made = iter(predict_each(to_ask) if predict_each else (predict(question, asker) for question in to_ask))
    with file.open("a", encoding="utf-8") as lines:
        for done, question in enumerate(questions, start=1):
            if question.id not in predictions:
                predictions[question.id] = next(made)
                append_prediction(lines, predictions[question.id])
            if on_answer:
                on_answer(done, len(questions), question, predictions[question.id])
    return predictions


def predict(question: GoldQuestion, asker: Asker) -> Prediction:
    """Return the answer; a follow-up is also asked as if nothing had been said before it."""
    prediction = asker.ask(question)
    if not question.history:
        return prediction
    alone = asker.ask(question.model_copy(update={"history": ()}))
    return prediction.model_copy(update={"without_history": alone})
