from __future__ import annotations

import json
from pathlib import Path

from tests.api.cli.conftest import Command

REPOSITORY = Path(__file__).parents[3]
GOLD, ARTICLES = REPOSITORY / "corpus" / "gold.jsonl", REPOSITORY / "corpus" / "articles"


def test_gold_what_is_to_mend_in_a_gold_file_is_told(assistant: Command, tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "q1", "question": "Who is Li?", "answers": ["Li"]}\n')

    done = assistant("gold", "check", tmp_path / "gold.jsonl", "--corpus", ARTICLES)

    assert done.code == 1
    assert done.out.splitlines() == [
        "q1: the question gives its own answer away: Li",
        "1 question: 1 time the question gives its own answer away.",
    ]


def test_gold_check_finds_nothing_to_correct_in_the_sample_gold(with_samples: Command) -> None:
    done = with_samples("gold", "check", GOLD)

    assert (done.code, done.out) == (0, "119 questions: nothing to correct.\n")


def test_gold_file_that_cannot_be_read_leaves_with_2(assistant: Command, tmp_path: Path) -> None:
    done = assistant("gold", "check", tmp_path / "nowhere.jsonl")

    assert (done.code, done.out) == (2, "")


def test_gold_drafts_are_written_for_a_person_to_mend(with_samples: Command, tmp_path: Path) -> None:
    done = with_samples("gold", "draft", "--count", "5", "--out", tmp_path / "drafts.jsonl")

    drafts = [json.loads(line) for line in (tmp_path / "drafts.jsonl").read_text().splitlines()]
    assert done.code == 0
    assert len(drafts) == 5
    assert all(draft["draft"] and draft["answers"] and draft["nuggets"] for draft in drafts)
    assert with_samples("evaluate", tmp_path / "drafts.jsonl").code == 2


def test_gold_drafts_whose_mark_a_person_removed_have_nothing_to_correct(with_samples: Command, tmp_path: Path) -> None:
    with_samples("gold", "draft", "--count", "200", "--out", tmp_path / "drafts.jsonl")
    agreed = (tmp_path / "drafts.jsonl").read_text().replace('"draft":true,', "")
    (tmp_path / "agreed.jsonl").write_text(agreed)

    done = with_samples("gold", "check", tmp_path / "agreed.jsonl")

    assert (done.code, "nothing to correct" in done.out, agreed.count('"nuggets"') > 50) == (0, True, True)


def test_gold_drafts_never_replace_a_file(with_samples: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text("mine")

    done = with_samples("gold", "draft", "--out", tmp_path / "mine.jsonl")

    assert done.code != 0
    assert (tmp_path / "mine.jsonl").read_text() == "mine"
