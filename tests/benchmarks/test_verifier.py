from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.groundedness.claim import Verdict
from benchmarks.verifier import CHANGES, Source, on_claims, on_sentences, sources

SENTENCE = "Ada Miller said the bridge was not built in 1902 by the workers of Aldermoor."
SOURCE = Source(
    SENTENCE, "Bridges\n", ("Ida Brandt",), "Many farmers protested because prices of grain had fallen again."
)


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "as they stand"])
def test_verifier_every_change_changes_a_sentence(name: str) -> None:
    import random

    changed = CHANGES[name](SOURCE, random.Random(1))
    if name == "with a negation":  # this one has a negation already
        assert changed is None
    else:
        assert changed not in (None, SENTENCE)


def test_verifier_the_tables_count_every_sentence_and_claim(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"_id": "1", "title": "Bridges", "text": f"{SENTENCE} Ida Brandt agreed."}) + "\n")
    entry = {
        "label": "supported",
        "claim": SENTENCE,
        "evidence": ["Bridges", SENTENCE],
        "supporting_sentences": [[1]],
        "meta": {"id": "1"},
    }
    claims = tmp_path / "wice.jsonl"
    claims.write_text(json.dumps(entry) + "\n")

    on_claims(claims)
    on_sentences(list(sources([corpus])))

    out = capsys.readouterr().out
    assert "| supported | 1 | 0 | 0 |" in out
    assert "| as they stand | 1 | 1.000 | 0.000 | 0.000 |" in out
    assert list(Verdict) == ["supported", "partial", "unsupported"]
