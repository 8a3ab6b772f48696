from __future__ import annotations

from typing import cast

import pytest

from api.http.serving import readiness
from api.http.serving.readiness import Readiness
from assistant.ask import Assistant
from index.errors import ModelRunFailed
from index.live import Progress
from index.retriever import RetrievalResult
from tests.api.examples import hit
from tests.assistant.evidence import make_article


class Failing:
    """Stands where the assistant stands; fails while it has to, and finds something else."""

    fails = True

    def retrieve(self, *_: object, **__: object) -> RetrievalResult:
        if self.fails:
            raise ModelRunFailed("No memory is left.")
        return RetrievalResult((hit(make_article("Chips are scarce.")),), "g-1", fallback=False)

    progress = Progress(stored=7, searched=7)

    def index_progress(self) -> Progress:
        return self.progress


def test_readiness_of_a_replica_comes_when_it_searches_what_was_stored_before_it_began() -> None:
    assistant = Failing()
    assistant.fails = False
    looks = Readiness(cast(Assistant, assistant), follows_others=True)
    for stored, searched, is_there in [(7, 5, False), (9, 6, False), (9, 7, True), (12, 9, True)]:
        assistant.progress = Progress(stored, searched)
        looks.look()
        assert (looks.is_there(), looks.progress.behind) == (is_there, stored - searched)


def test_readiness_a_test_question_that_fails_is_logged_once_and_over_when_it_succeeds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assistant = Failing()
    looks = Readiness(cast(Assistant, assistant))

    for _ in range(3):
        looks.look()
        assert not looks.is_there()
    assert [record.getMessage() for record in caplog.records] == ["The test question fails: No memory is left."]

    assistant.fails = False
    looks.look()
    assert looks.is_there()


def test_readiness_is_doubted_when_a_look_does_not_end_and_not_because_it_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(readiness, "monotonic", lambda: now)
    assistant = Failing()
    assistant.fails = False
    looks = Readiness(cast(Assistant, assistant))
    looks.look()

    now += 30
    assert looks.is_there()
    now += 60
    assert not looks.is_there()
    looks.look()
    assert looks.is_there()
