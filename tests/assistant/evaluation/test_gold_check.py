from __future__ import annotations

import pytest

from assistant.evaluation.gold import GoldQuestion
from assistant.evaluation.gold_check import GoldFault, check_evidence, check_gold
from assistant.evaluation.text import tokens
from tests.assistant.evaluation.builders import articles, gold

TEXT = "Li Qiang spoke in Shanghai. Who sang in Shanghai? A cafe\u0301 opened."
FIND = articles({"d1": TEXT.replace("e\u0301", "é")})
EVIDENCE = {"evidence": [{"doc_id": "d1", "text": "Li Qiang spoke in Shanghai.", "start": 0}]}
GOOD = {"answers": ["Li Qiang"], **EVIDENCE}


@pytest.mark.parametrize(
    ("question", "faults"),
    [
        (gold(**GOOD), []),
        (gold(evidence=[{"doc_id": "d9", "text": "x"}]), [GoldFault.UNKNOWN_DOCUMENT]),
        (gold(grades={"d9": 1}), [GoldFault.UNKNOWN_DOCUMENT]),
        (gold(evidence=[{"doc_id": "d1", "text": "Li Qiang sang."}]), [GoldFault.TEXT_NOT_FOUND]),
        (gold(evidence=[{"doc_id": "d1", "text": "spoke in Shanghai.", "start": 0}]), [GoldFault.OTHER_PLACE]),
        # The article is stored composed, whatever the gold file's author typed.
        (gold(evidence=[{"doc_id": "d1", "text": "A cafe\u0301 opened."}]), []),
        (gold(question="What did Li Qiang say?", **GOOD), [GoldFault.ANSWER_IN_QUESTION]),
        (gold(question="who sang in shanghai", **GOOD), [GoldFault.QUESTION_IN_DOCUMENT]),
        (gold(), [GoldFault.NO_GOLD]),
        (gold(answerable=False, evidence=[{"doc_id": "d1"}]), [GoldFault.CONTRADICTION]),
        (gold(answerable=False, nuggets=[{"any_of": ["Li"]}]), [GoldFault.CONTRADICTION]),
        (gold(nuggets=[{"any_of": ["shanghai"], **EVIDENCE}]), []),
        (gold(nuggets=[{"any_of": ["Li"]}]), []),
        (gold(nuggets=[{**EVIDENCE}]), []),
        (gold(nuggets=[{"any_of": ["Beijing"], **EVIDENCE}]), [GoldFault.UNTOLD]),
        (gold(nuggets=[{"text": "Li spoke"}]), [GoldFault.UNTOLD]),
        (gold(nuggets=[{"evidence": [{"doc_id": "d1", "text": "Li Qiang spoke"}]}]), [GoldFault.UNTOLD]),
        (gold(nuggets=[{"any_of": ["x"], "evidence": [{"doc_id": "d9"}]}]), [GoldFault.UNKNOWN_DOCUMENT]),
        (gold(**GOOD, forbidden=[{"evidence": [{"doc_id": "d1", "text": "Li sang."}]}]), [GoldFault.TEXT_NOT_FOUND]),
        (
            gold(nuggets=[{"any_of": ["spoke"], **EVIDENCE}], forbidden=[{"any_of": ["in Shanghai"]}]),
            [GoldFault.FORBIDDEN_TRUTH],
        ),
        (gold(nuggets=[{"any_of": ["spoke"], **EVIDENCE}], forbidden=[{"any_of": ["in Beijing"]}]), []),
    ],
)
def test_gold_check_faults_are_found(question: GoldQuestion, faults: list[GoldFault]) -> None:
    assert [remark.fault for remark in check_gold([question], FIND)] == faults


def test_gold_check_a_question_stands_in_a_document_by_whole_words() -> None:
    asked = [gold("q1", "sang in Shang", **GOOD), gold("q2", "ho sang in", **GOOD), gold("q3", "opened", **GOOD)]

    assert [(one.question_id, one.fault) for one in check_gold(asked, FIND)] == [("q3", GoldFault.QUESTION_IN_DOCUMENT)]


def test_gold_check_a_document_is_taken_apart_once_however_many_questions_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken_apart: list[str] = []

    def noting(text: str) -> list[str]:
        taken_apart.append(text)
        return tokens(text)

    monkeypatch.setattr("assistant.evaluation.gold_check.tokens", noting)
    check_gold([gold(f"q{number}", f"What is {number}?", **GOOD) for number in range(20)], FIND)

    assert sum(text.startswith("Li Qiang spoke in Shanghai. Who") for text in taken_apart) == 1


def test_gold_check_the_same_question_twice_is_told_unless_the_conversation_differs() -> None:
    history = [{"role": "user", "content": "And the US?"}]
    questions = [gold("q1", **GOOD), gold("q2", "who spoke", **GOOD), gold("q3", history=history, **GOOD)]

    [remark] = check_gold(questions, FIND)

    assert str(remark) == "q2: the same question is asked twice: also asked by q1"


def test_gold_check_a_run_minds_only_what_makes_its_figures_wrong() -> None:
    questions = [gold("q1"), gold("q2", evidence=[{"doc_id": "d9"}])]

    assert [remark.question_id for remark in check_evidence(questions, FIND)] == ["q2"]
