from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.evaluate import RunOptions, evaluate_predictions
from assistant.evaluation.gold import Gold
from assistant.evaluation.groundedness import judged_sentences
from assistant.evaluation.measures.groundedness import GROUNDED_CONTRADICTED, GROUNDED_PARTLY, GROUNDED_SUPPORTED
from assistant.groundedness.judge import ClaimVerdict, shipped_judge
from tests.assistant.evaluation.builders import articles, cited, gold, predicted, value

QUOTE = "The dam of Aldermoor is 40 metres high."
OTHER = "Ida Brandt built the dam in 1871."
WRONG = "The dam of Aldermoor is 41 metres high."
FIND = articles({"d1": f"{QUOTE} {OTHER}"})


def verdicts(answer: str, *citations: dict[str, Any], **fields: Any) -> list[ClaimVerdict | None]:
    return judged_sentences(answer, predicted(answer=answer, citations=citations).citations, shipped_judge(), **fields)


def test_groundedness_a_quote_is_supported_and_another_number_is_not() -> None:
    right, wrong = verdicts(f"{QUOTE} {WRONG}", cited(QUOTE))
    assert right is ClaimVerdict.SUPPORTED
    assert wrong is not ClaimVerdict.SUPPORTED


def test_groundedness_each_sentence_is_held_against_what_is_cited_for_it() -> None:
    answer = f"{QUOTE} [1] {OTHER} [2]"
    middle = answer.index(OTHER)
    first = cited(QUOTE, answer_start=0, answer_end=middle)
    second = cited(OTHER, answer_start=middle, answer_end=len(answer))
    swapped = [first | {"quote": OTHER}, second | {"quote": QUOTE}]
    assert verdicts(answer, first, second) == [ClaimVerdict.SUPPORTED] * 2
    assert ClaimVerdict.SUPPORTED not in verdicts(answer, *swapped)
    assert verdicts(answer, first) == [ClaimVerdict.SUPPORTED, None]


def test_groundedness_a_citation_without_a_quote_is_what_stands_at_its_offsets() -> None:
    citation = {"doc_id": "d1", "start": 0, "end": len(QUOTE)}
    assert verdicts(QUOTE, citation, find_article=FIND) == [ClaimVerdict.SUPPORTED]
    assert verdicts(QUOTE, citation) == [None]


@pytest.mark.parametrize(
    ("answer", "citations", "supported", "partly"),
    [
        (QUOTE, [cited(QUOTE)], 1.0, 1.0),
        (f"{QUOTE} {WRONG}", [cited(QUOTE)], 0.5, 0.5),
        (QUOTE, [], None, None),
        ("", [cited(QUOTE)], None, None),
    ],
)
def test_groundedness_measures_count_sentences_of_answers_that_cite(
    answer: str, citations: list[dict[str, Any]], supported: float | None, partly: float | None
) -> None:
    answered = predicted(answer=answer, citations=citations)
    assert value(GROUNDED_SUPPORTED, gold(), answered, judge=shipped_judge()) == supported
    assert value(GROUNDED_PARTLY, gold(), answered, judge=shipped_judge()) == partly
    assert value(GROUNDED_SUPPORTED, gold(), answered) is None


def test_groundedness_of_any_systems_predictions_stands_beside_its_judges_error(tmp_path: Path) -> None:
    rows = [
        {"id": "q1", "answer": QUOTE, "citations": [cited(QUOTE)]},
        {"id": "q2", "answer": "Nobody built the dam.", "citations": [cited(OTHER)]},
    ]
    file = tmp_path / "predictions.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    asked = Gold("two", (gold("q1"), gold("q2")))
    found = evaluate_predictions(asked, file, options=RunOptions(tmp_path / "run")).metrics
    assert found["measures"][GROUNDED_SUPPORTED.name]["value"] == 0.5
    assert found["measures"][GROUNDED_CONTRADICTED.name]["n"] == 2
    assert found["judge"]["wrong_among_supported"] == shipped_judge().measured.wrong_among_supported
    assert found["judge"]["claims"] > 0
