"""What readers ask, over HTTP: kept only where the operator wants it, seen by those alone who may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from api.http.observability.asked_questions import AskedQuestions
from assistant.answer import Answer, NoAnswerReason, Status
from assistant.ask import Assistant
from assistant.settings import HttpOptions, QuestionOptions, Settings
from corpus.access import Scope
from corpus.asked import Asked, question_id
from corpus.feedback import Feedback
from corpus.store import DataFolder, open_service_store
from corpus.store.service_protocols import ServiceStore
from tests.api.conftest import serving
from tests.api.http.access.guarded import QUESTION, eventually, guarded

BREAD = {"question": "how do I bake sourdough bread at home?"}
TODAY = datetime.now(UTC).date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ServiceStore]:
    with open_service_store(DataFolder(tmp_path)) as store:
        yield store


@pytest.fixture
def serve(helper: Assistant, tmp_path: Path) -> Callable[[int], object]:
    return lambda days: serving(
        helper,
        Settings(data=tmp_path, serving=HttpOptions(port=0), questions=QuestionOptions(keep_days=days)),
    )


def test_questions_are_kept_listed_made_gold_and_removed(serve: Callable[[int], object], store: ServiceStore) -> None:
    with serve(30) as url, httpx.Client(base_url=url, timeout=60) as client:  # type: ignore[attr-defined]
        for asked in (QUESTION, QUESTION, BREAD, {"question": "hello"}):
            client.post("/v1/ask", json=asked)
        said = {"answer_id": "ans_" + "0" * 32, "rating": "down", "question": "Who rules?", "answer": "Nobody."}
        client.post("/v1/feedback", json=said)
        eventually(lambda: len(store.asked.counts(10)) == 2)

        def listed(by: str) -> list[tuple[str, int]]:
            told = client.get("/v1/questions", params={"by": by}).json()
            assert (told["object"], told["keep_days"]) == ("list", 30)
            return [(group["questions"][0]["question"], group["times"]) for group in told["data"]]

        assert listed("asked") == [(QUESTION["question"], 2), (BREAD["question"], 1)]
        assert listed("refused") == [(BREAD["question"], 1)]
        assert listed("disliked") == [("Who rules?", 1)]
        assert client.get("/v1/questions?limit=0").json()["data"] == []

        bread, rules = question_id(BREAD["question"]), question_id("Who rules?")
        gold = client.get(f"/v1/questions/{bread}/gold").json()
        assert gold == {"id": bread, **BREAD, "draft": True, "asked": 1, "last_asked": str(TODAY)}
        assert client.get(f"/v1/questions/{rules}/gold").json()["given_answer"] == "Nobody."
        assert client.delete("/v1/questions", params={"id": [bread, rules]}).status_code == 204
        assert client.get(f"/v1/questions/{bread}/gold").status_code == 404
        assert (listed("refused"), listed("disliked")) == ([], [])


def test_questions_are_not_kept_unless_wanted_and_those_kept_before_are_purged(
    serve: Callable[[int], object], store: ServiceStore
) -> None:
    store.asked.add({Asked("Kept before?", "answered", TODAY): 1})
    with serve(0) as url:  # type: ignore[attr-defined]
        httpx.post(url + "/v1/ask", json=QUESTION, timeout=60)
        eventually(lambda: store.asked.counts(10) == [])
    assert store.asked.counts(10) == []  # the last write was at the end


def test_questions_are_for_the_operator_alone(helper: Assistant, tmp_path: Path) -> None:
    with guarded(helper, tmp_path) as service:
        reader, operator = service.key(Scope.ASK, Scope.INGEST), service.key(Scope.ADMIN)
        for path in ("/v1/questions", "/v1/questions/q-1/gold"):
            assert [service.get(path, who).status_code for who in (None, reader)] == [401, 403]
        assert service.get("/v1/questions", operator).json() == {"object": "list", "data": [], "keep_days": 0}


def test_asked_questions_counts_follow_ups_in_full_words_and_no_small_talk(store: ServiceStore) -> None:
    asked = AskedQuestions(store.asked, 30)
    answer = Answer(question="And Peru?", status=Status.ANSWERED, standalone_question="Who rules Peru?")
    asked.note(answer)
    asked.note(replace(answer, status=Status.NO_ANSWER, no_answer_reason=NoAnswerReason.NOT_A_QUESTION))
    asked.write()

    assert [(one.question, one.times) for one in store.asked.counts(10)] == [("Who rules Peru?", 1)]


def test_asked_questions_removes_what_is_older_than_wanted(store: ServiceStore) -> None:
    old = date.fromordinal(TODAY.toordinal() - 31)
    store.asked.add({Asked("Old?", "answered", old): 1, Asked("New?", "answered", TODAY): 1})
    store.feedback.add(Feedback("ans_1", "down", None, "Old?", None, datetime.now(UTC)))

    AskedQuestions(store.asked, 30).write()

    assert [one.question for one in store.asked.counts(10)] == ["New?"]
    assert len(store.feedback.all()) == 1
