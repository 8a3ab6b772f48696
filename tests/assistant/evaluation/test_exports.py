from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.export_ragas import write_ragas
from assistant.evaluation.export_trec import write_trec
from tests.assistant.evaluation.builders import articles, case, cited, found, gold, predicted

CASES = [
    case(
        gold("q 1", answers=["Li", "Li Qiang"], evidence=[{"doc_id": "a b", "text": "Li spoke."}]),
        predicted(
            answer="Li spoke.",
            citations=[cited("Li spoke.", "a b")],
            retrieved=[{"doc_id": "a b", "start": 0, "end": 9}, {"doc_id": "gone", "start": 0, "end": 5}],
        ),
        find_article=articles({"a b": "Li spoke. He left."}),
    ),
    case(gold("q2"), predicted("q2", "No idea.", status="no_answer", retrieved=found("a b"))),
]


def test_exports_trec_files_hold_the_judged_questions_with_names_in_one_word(tmp_path: Path) -> None:
    run, qrels = write_trec(CASES, tmp_path)

    assert run.read_text() == "q_1 Q0 a_b 1 2 assistant\nq_1 Q0 gone 2 1 assistant\n"
    assert qrels.read_text() == "q_1 0 a_b 1\n"


def test_exports_ragas_rows_hold_what_its_judges_read(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in write_ragas(CASES, tmp_path).read_text().splitlines()]

    assert rows == [
        {
            "user_input": "Who spoke?",
            "response": "Li spoke.",
            "retrieved_contexts": ["Li spoke."],
            "reference": "Li",
            "reference_contexts": ["Li spoke."],
        },
        {
            "user_input": "Who spoke?",
            "response": "",
            "retrieved_contexts": [],
            "reference": "",
            "reference_contexts": [],
        },
    ]
