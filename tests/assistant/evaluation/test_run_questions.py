from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.evaluation.documents import FindArticle
from assistant.evaluation.errors import ServerFailed
from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.predictions import Prediction
from assistant.evaluation.run_questions import ask_all
from tests.assistant.evaluation.builders import articles, gold, predicted

QUESTIONS = [gold(f"q{number}") for number in range(10)]


class Echo:
    """Answers with the question and what was said before it; dies at the question it is told to."""

    find_article: FindArticle = staticmethod(articles({}))

    def __init__(self, dies_at: str | None = None) -> None:
        self.asked: list[str] = []
        self._dies_at = dies_at

    def describe(self) -> Mapping[str, str]:
        return {"asked": "an echo"}

    def peak_memory_mb(self) -> None: ...

    def ask(self, question: GoldQuestion) -> Prediction:
        if question.id == self._dies_at:
            raise ServerFailed("It died.")
        self.asked.append(question.id)
        said = [turn.content for turn in question.history]
        return predicted(question.id, " ".join([*said, question.question]))


def test_run_every_question_is_asked_once_and_told(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    echo = Echo()

    found = ask_all(QUESTIONS, echo, tmp_path / "p.jsonl", lambda done, total, q, _: heard.append((done, total, q.id)))

    assert echo.asked == list(found) == [question.id for question in QUESTIONS]
    assert heard[-1] == (10, 10, "q9")


def test_run_a_system_that_dies_halfway_is_asked_only_the_rest_when_it_is_back(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed):
        ask_all(QUESTIONS, Echo(dies_at="q8"), tmp_path / "p.jsonl")

    again = Echo()
    found = ask_all(QUESTIONS, again, tmp_path / "p.jsonl")

    assert again.asked == ["q8", "q9"]
    assert list(found) == [question.id for question in QUESTIONS]


def test_run_a_follow_up_is_asked_with_its_history_and_without(tmp_path: Path) -> None:
    question = gold(question="And the US?", history=[{"role": "user", "content": "China?"}])

    prediction = ask_all([question], Echo(), tmp_path / "p.jsonl")["q1"]

    assert prediction.answer == "China? And the US?"
    assert prediction.without_history is not None
    assert prediction.without_history.answer == "And the US?"
