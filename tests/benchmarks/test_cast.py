from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.read_gold import read_gold
from benchmarks.cast import convert

TOPICS = [
    {
        "number": 81,
        "turn": [
            {"number": 1, "raw_utterance": "Who is Ada?", "manual_rewritten_utterance": "Who is Ada?"},
            {"number": 2, "raw_utterance": "Where is she?", "manual_rewritten_utterance": "Where is Ada?"},
        ],
    }
]


def test_cast_a_turn_is_to_be_rewritten_from_what_was_said_before(tmp_path: Path) -> None:
    (tmp_path / "cast.json").write_text(json.dumps(TOPICS))

    convert(tmp_path / "cast.json", tmp_path / "set")

    first, second = read_gold(tmp_path / "set").questions
    assert (first.id, first.answers, first.history) == ("81-1", ("Who is Ada?",), ())
    assert (second.id, second.answers) == ("81-2", ("Where is Ada?",))
    assert [turn.content for turn in second.history] == ["Who is Ada?"]
    assert second.model_extra == {"needs_rewriting": True}
