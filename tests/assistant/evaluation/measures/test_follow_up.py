from __future__ import annotations

import pytest

from assistant.evaluation.measures.follow_up import ANSWER_GAIN, LONG_ANSWER_GAIN, RETRIEVAL_GAIN
from tests.assistant.evaluation.builders import found, gold, predicted, value

QUESTION = gold(answers=["dominance"], evidence=[{"doc_id": "a"}], history=[{"role": "user", "content": "And China?"}])


def test_follow_up_the_gain_is_what_the_history_adds() -> None:
    alone = {"id": "q1", "answer": "no idea", "retrieved": found("x", "y", "a")}
    prediction = predicted(answer="It is dominance.", retrieved=found("a"), without_history=alone)

    assert value(RETRIEVAL_GAIN, QUESTION, prediction) == 1 - 1 / 2
    assert value(ANSWER_GAIN, QUESTION, prediction) == 1.0


def test_follow_up_a_long_answer_gains_by_the_words_it_shares() -> None:
    question = gold(answers=["dominance in chips"], history=[{"role": "user", "content": "And China?"}])
    alone = {"id": "q1", "answer": "chips and more"}

    assert value(LONG_ANSWER_GAIN, question, predicted(answer="dominance in", without_history=alone)) == (
        pytest.approx(4 / 5 - 2 / 6)
    )
    assert value(LONG_ANSWER_GAIN, gold(), predicted(without_history=alone)) is None


def test_follow_up_a_history_that_misleads_is_a_loss() -> None:
    prediction = predicted(without_history={"id": "q1", "answer": "dominance", "retrieved": found("a")})

    assert value(RETRIEVAL_GAIN, QUESTION, prediction) == -1.0
    assert value(ANSWER_GAIN, QUESTION, prediction) == -1.0


def test_follow_up_a_question_that_was_not_asked_alone_has_no_gain() -> None:
    assert value(RETRIEVAL_GAIN, QUESTION, predicted(retrieved=found("a"))) is None


def test_follow_up_without_gold_there_is_no_gain() -> None:
    alone = predicted(answer="x", without_history={"id": "q1", "answer": "y"})

    assert value(RETRIEVAL_GAIN, gold(), alone) is None
    assert value(ANSWER_GAIN, gold(), alone) is None
