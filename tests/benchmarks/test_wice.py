from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.align import align
from assistant.evaluation.documents import find_in_path
from assistant.evaluation.gold_check import check_evidence
from assistant.evaluation.read_gold import read_gold
from benchmarks.wice import convert

ENTRIES = [
    {
        "label": "supported",
        "claim": "Li spoke in Rome.",
        "evidence": ["# Fair ", "Li\u2028 spoke\tto them.", "A cafe\u0301 opened.", "It was in Rome."],
        "supporting_sentences": [[1, 3], [3]],
        "meta": {"id": "dev1"},
    },
    {
        "label": "not_supported",
        "claim": "Li sang.",
        "evidence": ["Li spoke."],
        "supporting_sentences": [[]],
        "meta": {"id": "dev2"},
    },
]


def test_wice_supporting_sentences_are_found_at_their_places(tmp_path: Path) -> None:
    (tmp_path / "wice.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))

    convert(tmp_path / "wice.jsonl", tmp_path / "set")

    questions = read_gold(tmp_path / "set").questions
    assert [(q.id, q.answerable, q.documents) for q in questions] == [
        ("dev1", True, ("dev1",)),
        ("dev2", False, ("dev2",)),
    ]
    assert [item.text for item in questions[0].evidence] == ["Li spoke to them.", "It was in Rome."]
    find_article = find_in_path(tmp_path / "set" / "corpus.jsonl")
    assert check_evidence(align(questions, find_article), find_article) == []
