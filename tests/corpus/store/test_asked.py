"""What readers ask, in every implementation of the store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus.asked import Asked, AskedCount, question_id
from corpus.feedback import Feedback
from corpus.store import DataFolder
from corpus.store.service_protocols import ServiceStore
from corpus.store.sql import asked as sql_asked

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
WHEN, WHO = "When does it open?", "Who\x00 built\ud800 it?"


def disliked(question: str) -> Feedback:
    return Feedback("ans_1", "down", None, question, None, datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture
def kept(service_store: ServiceStore) -> ServiceStore:
    service_store.asked.add({Asked(WHEN, "answered", MONDAY): 2, Asked(WHO, "no_answer", MONDAY): 1})
    service_store.asked.add({Asked("when  does IT open?", "no_answer", TUESDAY): 1, Asked(WHO, "no_answer", MONDAY): 1})
    return service_store


def test_asked_questions_are_counted_over_days_outcomes_case_and_spaces(kept: ServiceStore) -> None:
    when, who = kept.asked.counts(10)

    assert (when.id, when.times, when.last) == (question_id(WHEN), 3, TUESDAY)
    assert who == AskedCount(question_id(WHO), WHO, 2, MONDAY)
    assert [(one.id, one.times) for one in kept.asked.counts(10, "no_answer")] == [(who.id, 2), (when.id, 1)]
    assert kept.asked.counts(1) == [when]
    assert kept.asked.find([who.id, "q-unknown"]) == [who]


def test_asked_questions_are_forgotten_with_their_feedback(kept: ServiceStore) -> None:
    for question in (WHEN.upper(), WHO):
        kept.feedback.add(disliked(question))

    assert kept.asked.forget([question_id(WHEN)]) == 3

    assert [one.question for one in kept.asked.counts(10)] == [WHO]
    assert [one.question for one in kept.feedback.all()] == [WHO]


def test_asked_questions_of_days_before_are_removed(kept: ServiceStore) -> None:
    assert kept.asked.remove(TUESDAY) == 2
    assert [(one.id, one.times) for one in kept.asked.counts(10)] == [(question_id(WHEN), 1)]
    assert kept.asked.remove(TUESDAY) == 0
    assert kept.asked.remove(date.max) == 1


def test_asked_questions_beyond_the_most_are_not_added_but_those_kept_are_counted_on(
    kept: ServiceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql_asked, "MOST_KEPT", 3)

    kept.asked.add({Asked("Another?", "answered", TUESDAY): 1, Asked(WHEN, "answered", MONDAY): 5})

    assert [(one.question, one.times) for one in kept.asked.counts(10)][1:] == [(WHO, 2)]
    assert kept.asked.counts(1)[0].times == 8


def test_asked_questions_that_were_removed_are_gone_from_the_files(tmp_path: Path) -> None:
    from corpus.store import open_service_store

    data = DataFolder(tmp_path)
    with open_service_store(data) as store:
        store.asked.add({Asked("sesame-sesame" * 50, "answered", MONDAY): 1, Asked(WHO, "answered", TUESDAY): 1})
        assert any(b"sesame" in file.read_bytes() for file in data.path.iterdir())
        assert store.asked.remove(TUESDAY) == 1
        assert not any(b"sesame" in file.read_bytes() for file in data.path.iterdir())
