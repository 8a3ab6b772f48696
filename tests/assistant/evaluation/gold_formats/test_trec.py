from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.errors import BadGold
from assistant.evaluation.read_gold import read_gold

QRELS = "301 0 FT-1 2\n301 0 FT-2 0\n302 0 FT-3 1\n"
LINES = "301\tInternational  organized crime\n\n302\tPoliomyelitis\n303\tNot judged\n"
RECORDS = """<top>
<num> Number: 301
<title> International
organized crime
<desc> Description: ...
</top>
<top><num>302</num><title>Poliomyelitis</title></top>
"""


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    (tmp_path / "qrels.txt").write_text(QRELS)
    return tmp_path / "qrels.txt"


@pytest.mark.parametrize("topics", [LINES, RECORDS])
def test_trec_topics_become_questions_with_their_judgements(tmp_path: Path, qrels: Path, topics: str) -> None:
    (tmp_path / "topics.txt").write_text(topics)

    found = read_gold(tmp_path / "topics.txt", qrels).questions[:2]

    assert [(q.id, q.question, dict(q.relevance)) for q in found] == [
        ("301", "International organized crime", {"FT-1": 2}),
        ("302", "Poliomyelitis", {"FT-3": 1}),
    ]


@pytest.mark.parametrize(
    ("topics", "reason"),
    [
        ("301 International organized crime\n", "line 1: is no topic"),
        ("<top><num>301</num></top>", "line 1: is no topic"),
        ("", "no question"),
    ],
)
def test_trec_what_is_no_topic_is_told(tmp_path: Path, qrels: Path, topics: str, reason: str) -> None:
    (tmp_path / "topics.txt").write_text(topics)

    with pytest.raises(BadGold, match=reason):
        read_gold(tmp_path / "topics.txt", qrels)


def test_trec_missing_judgements_are_told(tmp_path: Path) -> None:
    (tmp_path / "topics.txt").write_text(LINES)

    with pytest.raises(BadGold, match="does not exist"):
        read_gold(tmp_path / "topics.txt", tmp_path / "nowhere.txt")
