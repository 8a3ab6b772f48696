from __future__ import annotations

from assistant.query.kind import QuestionKind
from assistant.query.understand import understand


def by_first_word(question: str) -> QuestionKind | None:
    return {"answer": QuestionKind.REQUEST, "who": QuestionKind.PERSON, "when": QuestionKind.DATE}.get(
        question.split()[0].lower()
    )


def test_understand_each_thing_that_is_asked_has_its_own_kind() -> None:
    found = understand("Who built the Marlow bridge and when was the Kestrel tunnel dug?", by_first_word)

    assert [one.kind for one in found] == [QuestionKind.PERSON, QuestionKind.DATE]


def test_understand_what_is_not_sure_has_no_kind() -> None:
    (only,) = understand("Marlow bridge", by_first_word)

    assert only.kind is None


def test_understand_what_is_told_to_the_assistant_is_no_part_of_the_question() -> None:
    assert [one.text for one in understand("Who built Halm? Answer briefly.", by_first_word)] == ["Who built Halm?"]
    assert [one.text for one in understand("Answer briefly.", by_first_word)] == ["Answer briefly."]


def test_understand_a_timeline_that_is_called_so_is_one() -> None:
    (only,) = understand("Give me a timeline of the Marlow strike.", lambda _: QuestionKind.SUMMARY)

    assert only.kind is QuestionKind.TIMELINE
