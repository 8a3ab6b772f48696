from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.errors import BadGold
from assistant.evaluation.read_gold import read_gold

QRELS = "query-id\tcorpus-id\tscore\nq1\td 1\t2\nq1\td2\t0\nq3\td3\t1\n"
QUERIES = '{"_id": "q1", "text": "Who?"}\n{"_id": "q2", "text": "of another split"}\n{"_id": "q3", "text": "Where?"}\n'


def written(folder: Path, **files: str) -> Path:
    (folder / "qrels").mkdir()
    for name, text in files.items():
        (folder / name.replace("__", "/").replace("_jsonl", ".jsonl").replace("_tsv", ".tsv")).write_text(text)
    return folder


def test_beir_queries_with_judgements_are_read(tmp_path: Path) -> None:
    found = read_gold(written(tmp_path, queries_jsonl=QUERIES, qrels__test_tsv=QRELS)).questions

    assert {question.id: question.relevance for question in found} == {"q1": {"d 1": 2}, "q3": {"d3": 1}}


def test_beir_a_gold_file_in_the_folder_says_more_and_keeps_the_judgements(tmp_path: Path) -> None:
    gold = '{"id": "q1", "question": "Who?", "answers": ["Li"]}\n{"id": "q9", "question": "Nothing?"}\n'
    folder = written(tmp_path, queries_jsonl=QUERIES, gold_jsonl=gold, qrels__test_tsv=QRELS)

    found = read_gold(folder).questions

    assert [(q.id, q.answers, dict(q.relevance)) for q in found] == [("q1", ("Li",), {"d 1": 2}), ("q9", (), {})]


def test_beir_the_test_split_is_the_one_to_report(tmp_path: Path) -> None:
    folder = written(tmp_path, queries_jsonl=QUERIES, qrels__test_tsv=QRELS, qrels__dev_tsv="q2\td9\t1\n")

    assert [question.id for question in read_gold(folder).questions] == ["q1", "q3"]


def test_beir_a_grade_may_be_written_as_a_decimal(tmp_path: Path) -> None:
    folder = written(tmp_path, queries_jsonl=QUERIES, qrels__test_tsv="query-id\tcorpus-id\tscore\nq1\td1\t2.0\n")

    [question] = read_gold(folder).questions

    assert question.relevance == {"d1": 2}


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"qrels__test_tsv": QRELS}, "neither gold.jsonl nor queries.jsonl"),
        ({"queries_jsonl": QUERIES}, "0 other files"),
        ({"queries_jsonl": QUERIES, "qrels__a_tsv": QRELS, "qrels__b_tsv": QRELS}, "2 other files"),
        ({"queries_jsonl": QUERIES, "qrels__test_tsv": "q1\td1\t1\nq1\td1\n"}, "line 2 is no judgement"),
        ({"queries_jsonl": QUERIES, "qrels__test_tsv": "q1\td1\t1\nq1\td1\t0.5\n"}, "line 2 is no judgement"),
        ({"queries_jsonl": "no\n", "qrels__test_tsv": QRELS}, "queries.jsonl line 1: is not JSON"),
        ({"queries_jsonl": '{"_id": "q1"}\n', "qrels__test_tsv": QRELS}, "line 1: question:"),
    ],
)
def test_beir_what_is_missing_is_told(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    with pytest.raises(BadGold, match=reason):
        read_gold(written(tmp_path, **files))
