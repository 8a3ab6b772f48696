from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.measures.contains import CONTAINS, CONTAINS_AT_60
from assistant.evaluation.measures.exact_match import ANSWER_EM, SHORT_EM
from assistant.evaluation.measures.measure import QuestionMeasure
from assistant.evaluation.measures.token_f1 import ANSWER_F1, SHORT_F1, token_f1
from assistant.evaluation.measures.words import ANSWER_WORDS
from tests.assistant.evaluation.builders import figure_of, gold, predicted, value

QUESTION = gold(answers=["Premier Li Qiang", "Li"])
AGAINST_GOLD = (SHORT_EM, SHORT_F1, ANSWER_EM, ANSWER_F1, CONTAINS, CONTAINS_AT_60)


@pytest.mark.parametrize(
    ("measure", "answer", "expected"),
    [
        (ANSWER_EM, "The premier, Li Qiang.", 1.0),
        (ANSWER_EM, "Li!", 1.0),
        (ANSWER_EM, "Premier Li Qiang spoke", 0.0),
        # Two of three tokens, all two of its own: 2*2 / (2+3).
        (ANSWER_F1, "Li Qiang", 0.8),
        # Against "Li" alone: 2*1 / (2+1) is less than 0.8, and the best counts.
        (ANSWER_F1, "nobody", 0.0),
        # Said twice, it still is there once: 2*1 / (2+1).
        (ANSWER_F1, "Li, Li", 2 / 3),
        (CONTAINS, "It was Premier Li Qiang who spoke.", 1.0),
        (CONTAINS, "Qiang, premier", 0.0),
        (CONTAINS, "Libya", 0.0),
        (ANSWER_WORDS, "It was Li-Qiang, who spoke.", 5.0),
    ],
)
def test_answers_values_are_what_a_hand_computes(measure: QuestionMeasure, answer: str, expected: float) -> None:
    assert value(measure, QUESTION, predicted(answer=answer)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("measure", "short", "expected"), [(SHORT_EM, "Li", 1.0), (SHORT_F1, "Li Qiang", 0.8), (SHORT_EM, None, 0.0)]
)
def test_answers_short_answers_are_measured_by_themselves(
    measure: QuestionMeasure, short: str | None, expected: float
) -> None:
    assert value(measure, QUESTION, predicted(answer="Long.", short=short)) == pytest.approx(expected)


def test_answers_tokens_must_be_adjacent_and_in_order() -> None:
    question = gold(answers=["26 July 2025"])

    assert value(CONTAINS, question, predicted(answer="on 26 July, 2025 in Shanghai")) == 1.0
    assert value(CONTAINS, question, predicted(answer="on July 26 2025")) == 0.0
    assert value(CONTAINS, question, predicted(answer="on 26 or 27 July 2025")) == 0.0


@pytest.mark.parametrize(("before", "expected"), [(59, 1.0), (60, 0.0)])
def test_answers_only_the_first_sixty_words_count_at_the_budget(before: int, expected: float) -> None:
    answer = "word " * before + "Li"

    assert value(CONTAINS_AT_60, QUESTION, predicted(answer=answer)) == expected
    assert value(CONTAINS, QUESTION, predicted(answer=answer)) == 1.0


@pytest.mark.parametrize("measure", AGAINST_GOLD)
def test_answers_a_refusal_counts_as_0_whatever_it_says(measure: QuestionMeasure) -> None:
    refusal = predicted(answer="Li", short="Li", status="no_answer")

    assert value(measure, QUESTION, refusal) == 0.0
    assert value(ANSWER_WORDS, QUESTION, refusal) is None


@pytest.mark.parametrize("measure", AGAINST_GOLD)
@pytest.mark.parametrize(
    "question",
    [gold(), gold(answers=["?!", "the"]), gold(answers=["I do not know"], answerable=False)],
    ids=["no gold", "gold without a word", "unanswerable"],
)
def test_answers_without_a_gold_answer_there_is_no_value(measure: QuestionMeasure, question: GoldQuestion) -> None:
    assert value(measure, question, predicted(answer="Li", short="Li")) is None


def test_answers_predictions_without_any_short_answer_have_no_value_rather_than_0() -> None:
    figure = figure_of(SHORT_EM, [QUESTION], [predicted(answer="Li")])

    assert (figure.value, figure.reason) == (None, "these predictions give no short answers")


@pytest.mark.parametrize("answer", ["🦊 fox", "cafe\u0301", "Übermaß", "上海市", "½ liter"])
def test_answers_odd_unicode_matches_itself(answer: str) -> None:
    for measure in (ANSWER_EM, ANSWER_F1, CONTAINS, CONTAINS_AT_60):
        assert value(measure, gold(answers=[answer]), predicted(answer=f"{answer}.")) == 1.0


words = st.lists(st.sampled_from(["li", "qiang", "spoke", "shanghai", "13"]), max_size=6)


@given(words, words)
def test_answers_f1_is_a_symmetric_share(one: list[str], other: list[str]) -> None:
    assert token_f1(one, other) == token_f1(other, one)
    assert 0.0 <= token_f1(one, other) <= 1.0
    assert (token_f1(one, other) == 1.0) == (sorted(one) == sorted(other) and bool(one))


@given(st.text(max_size=40), st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_answers_what_matches_exactly_is_contained_and_has_full_f1(answer: str, answers: list[str]) -> None:
    question, prediction = gold(answers=answers), predicted(answer=answer)
    values = [value(measure, question, prediction) for measure in (ANSWER_EM, CONTAINS, ANSWER_F1)]

    assert None not in values or set(values) == {None}
    if values[0] == 1.0:
        assert values == [1.0, 1.0, 1.0]
