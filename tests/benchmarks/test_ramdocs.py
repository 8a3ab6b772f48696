from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.read_gold import read_gold
from benchmarks.ramdocs import convert

ENTRIES = [
    {
        "question": "What sport does Ryan play?",
        "documents": [
            {"text": "Ryan plays tennis.", "type": "correct", "answer": "tennis"},
            {"text": "Ryan plays chess.", "type": "misinfo", "answer": "chess"},
            {"text": "Ryan was born.", "type": "noise", "answer": "unknown"},
        ],
        "gold_answers": ["tennis"],
        "wrong_answers": ["chess"],
    },
    {
        "question": "Where is the bridge?",
        "documents": [{"text": "It is in Rome.", "type": "correct", "answer": "Rome"}],
        "gold_answers": ["Rome"],
        "wrong_answers": [],
    },
]


def test_ramdocs_each_question_may_search_its_own_documents_only(tmp_path: Path) -> None:
    (tmp_path / "ramdocs.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in ENTRIES))

    convert(tmp_path / "ramdocs.jsonl", tmp_path / "set")

    corpus = [json.loads(line) for line in (tmp_path / "set" / "corpus.jsonl").read_text().splitlines()]
    ryan, bridge = read_gold(tmp_path / "set").questions
    assert (
        [document["_id"] for document in corpus] == [*ryan.documents, *bridge.documents] == ["0-0", "0-1", "0-2", "1-0"]
    )
    assert ryan.relevance == {"0-0": 1}
    assert ryan.answers == ("tennis",)
    assert ryan.model_extra == {"wrong_answers": ["chess"], "type": "conflict", "has_conflict": True}
    assert bridge.model_extra is not None
    assert bridge.model_extra["has_conflict"] is False
