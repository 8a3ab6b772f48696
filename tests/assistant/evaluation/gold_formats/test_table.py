from __future__ import annotations

from pathlib import Path

import pytest

from assistant.evaluation.errors import BadGold
from assistant.evaluation.gold import read_gold


def written(folder: Path, text: str, name: str = "mine.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_two_columns_are_enough(tmp_path: Path) -> None:
    file = written(tmp_path, "question,answer\nHow many points?,13\nWhere?,Shanghai\n")

    found = read_gold(file).questions

    assert [(q.id, q.question, q.answers) for q in found] == [
        ("row-2", "How many points?", ("13",)),
        ("row-3", "Where?", ("Shanghai",)),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_spreadsheet_may_have_written_it(tmp_path: Path, delimiter: str) -> None:
    header, row = ["Question", "Answer", "Source"], ["Where?", '"Shanghai, China; east"', "https://example.org/a"]
    file = written(tmp_path, "\ufeff" + delimiter.join(header) + "\r\n" + delimiter.join(row) + "\r\n")

    [question] = read_gold(file).questions

    assert question.answers == ("Shanghai, China; east",)
    assert question.relevance == {"https://example.org/a": 1}


def test_other_columns_are_fields(tmp_path: Path) -> None:
    file = written(tmp_path, "id,question,answer,answerable,desk\na1,Who?,,false,economy\n")

    [question] = read_gold(file).questions

    assert (question.id, question.answerable, question.answers) == ("a1", False, ())
    assert question.model_extra == {"desk": "economy"}


def test_a_cell_may_run_over_lines(tmp_path: Path) -> None:
    file = written(tmp_path, 'question,answer\n"Who\nspoke?",Li Qiang\nWhere?,Shanghai\n')

    assert [q.question for q in read_gold(file).questions] == ["Who\nspoke?", "Where?"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q,A\nWho?,Li\n", "names no column `question`"),
        ("question,answer\nWho, then?,Li\n", "line 2: has more cells than the header"),
        ("question,answer\n,Li\n", "line 2: question: Field required"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadGold, match=reason):
        read_gold(written(tmp_path, text))
