from __future__ import annotations

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.slices import Slices, slices, unknown_fields
from tests.assistant.evaluation.builders import articles, case, gold, predicted


def sliced(*questions: GoldQuestion, wanted: tuple[str, ...] = ()) -> Slices:
    find = articles({"d1": "x"}, publisher="Example Wire")
    return slices([case(question, predicted(question.id), find_article=find) for question in questions], wanted)


def test_slices_any_field_slices() -> None:
    found = sliced(gold("q1", type="date"), gold("q2", type="contrast"), gold("q3", type="date"))

    assert found["type"] == {"contrast": [1], "date": [0, 2]}


def test_slices_what_is_known_of_every_question_slices_too() -> None:
    history = [{"role": "user", "content": "And?"}]
    found = sliced(gold("q1", answers=["x"], history=history), gold("q2", answerable=False), gold("q3"))

    assert found["answerable"] == {"no": [1], "unknown": [2], "yes": [0]}
    assert found["follow_up"] == {"no": [1, 2], "yes": [0]}


def test_slices_a_field_with_several_values_puts_a_question_in_several_slices() -> None:
    found = sliced(gold("q1", topics=["chips", "law", "chips"]), gold("q2", topics=["law"]))

    assert found["topics"] == {"chips": [0], "law": [0, 1]}


def test_slices_who_published_the_evidence_slices_when_asked_for() -> None:
    found = sliced(gold("q1", evidence=[{"doc_id": "d1"}]), gold("q2"), wanted=("publisher",))

    assert found["publisher"] == {"Example Wire": [0]}


def test_slices_a_field_with_one_value_or_many_is_no_slice_unless_it_is_asked_for() -> None:
    questions = [gold(f"q{number}", desk="economy", author=f"author {number}") for number in range(21)]

    assert set(sliced(*questions)) == set()
    assert set(sliced(*questions, wanted=("desk", "author"))) == {"author", "desk"}


def test_slices_what_is_no_word_is_no_slice() -> None:
    assert "extra" not in sliced(gold("q1", extra={"a": 1}), gold("q2", extra=None), gold("q3", extra=[[1]]))


def test_slices_a_field_that_no_question_has_is_told() -> None:
    assert unknown_fields(sliced(gold("q1"), wanted=("topic",)), ("topic",)) == ["topic"]
