from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.desk import write_set


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("desk"))


def rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_desk_write_set_finds_its_evidence_where_the_articles_have_it(folder: Path) -> None:
    texts = {row["_id"]: row["text"] for row in rows(folder / "corpus.jsonl")}
    evidence = [item for row in rows(folder / "gold.jsonl") for item in row["evidence"]]
    assert len(evidence) > 500
    for item in evidence:
        assert texts[item["doc_id"]][item["start"] :].startswith(item["text"])


def test_desk_write_set_has_short_answers_in_their_evidence(folder: Path) -> None:
    answered = [row for row in rows(folder / "gold.jsonl") if row["answers"]]
    assert len(answered) > 200
    assert all(any(row["answers"][0] in item["text"] for item in row["evidence"]) for row in answered)


def test_desk_write_set_asks_what_no_article_answers(folder: Path) -> None:
    gold = rows(folder / "gold.jsonl")
    unanswerable = [row for row in gold if not row["answerable"]]
    assert 0.2 < len(unanswerable) / len(gold) < 0.3
    assert not any(row["evidence"] for row in unanswerable)
