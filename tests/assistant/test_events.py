"""An answer that is watched as it comes is the answer that is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Assistant
from assistant.errors import BadQuestion
from assistant.events import Completed, Retrieved, SentenceAdded, Started

QUESTIONS = ["what does China say about semiconductors?", "what do China and the US each say?", "who won the cup?"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_events_stream_adds_up_to_the_completed_answer(helper: Assistant, question: str) -> None:
    started, found, *written, completed = helper.stream(question)

    assert isinstance(started, Started)
    assert isinstance(found, Retrieved)
    assert isinstance(completed, Completed)
    answer = completed.answer
    assert "".join(event.delta for event in written if isinstance(event, SentenceAdded)) == answer.text
    assert [event.sentence for event in written if isinstance(event, SentenceAdded)] == list(answer.sentences)
    assert {citation.hit.passage.id for citation in answer.citations} <= {hit.passage.id for hit in found.hits}
    asked = helper.ask(question)
    assert replace(answer, timings_ms={}) == replace(asked, timings_ms={})


def test_events_stream_refuses_a_bad_question_before_its_first_event(helper: Assistant) -> None:
    with pytest.raises(BadQuestion):
        next(helper.stream(" "))
