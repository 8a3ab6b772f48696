from __future__ import annotations

from collections import Counter

from assistant.query.kind import QuestionKind
from benchmarks.reader.asked import is_kept_back, kind_examples, verdict_examples


def test_kind_examples_have_every_kind_and_no_text() -> None:
    examples = list(kind_examples((), ()))

    assert min(Counter(one.kind for one in examples).values()) > 70
    assert {one.kind for one in examples} == set(QuestionKind)
    assert {one.text for one in examples} == {""}


def test_verdict_examples_leave_open_what_the_sentence_does_not_decide() -> None:
    counts = Counter((one.answers, one.verdict) for one in verdict_examples())

    assert set(counts) == {(True, True), (True, False), (False, None)}


def test_is_kept_back_of_about_every_seventh_question() -> None:
    kept = sum(is_kept_back(f"Who built bridge {number}?") for number in range(7_000))
    assert 900 < kept < 1_100
